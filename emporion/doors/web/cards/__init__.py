"""Cards: one customer, order, deal or person with all that belongs to them."""
