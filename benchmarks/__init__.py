"""`python -m benchmarks`: the budgets of the design, measured in one run. Prints a table, asserts nothing."""
