"""Imports at work: planned, converted, written in small transactions, resumed, undone (spec SYS-1)."""
