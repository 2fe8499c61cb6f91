"""Writes about orders: orders, payments and returns, undoing of imports."""
