"""Importing: other people's files become records (spec SYS-1)."""
