"""Pages of orders, by noun: lists, finding (one that may be opened), orders, money."""
