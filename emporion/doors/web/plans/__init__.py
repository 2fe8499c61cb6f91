"""The plan from two sides: the year, its branches, proposals and versions."""
