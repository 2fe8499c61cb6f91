"""Pages of deals: list, board, forms."""
