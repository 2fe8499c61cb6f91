"""Pages of the catalogue, by noun: lists, products."""
