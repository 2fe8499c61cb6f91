"""Pages of customers, by noun: lists, many (chosen in a list), customers, owning, contacts."""
