"""Forms of deals, and what their choices are called."""
