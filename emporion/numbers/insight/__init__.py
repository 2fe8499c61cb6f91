"""What the numbers say about customers and sales."""
