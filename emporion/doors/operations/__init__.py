"""Serving, backing up, restoring, looking after a running installation."""
