"""Backups: one archive that holds an installation, and proves itself when it is restored.

Import from its modules: making, restoring, keeping, rules, archive, copying, proving.
"""
