"""A made-up company, simulated day by day."""
