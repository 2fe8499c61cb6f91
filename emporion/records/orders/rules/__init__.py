"""The arithmetic and the checks of orders. Pure."""
