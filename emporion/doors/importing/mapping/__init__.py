"""A mapping file says how a stranger's files become our records, without touching them (spec SYS-1)."""
