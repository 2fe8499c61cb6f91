"""The ledger's fine print as a table of cases."""
