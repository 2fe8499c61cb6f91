"""Any file people send becomes rows of text cells with their line numbers (spec SYS-1)."""
