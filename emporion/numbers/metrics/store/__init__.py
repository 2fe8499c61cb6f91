"""The fact store: the ledger as Parquet files in a Delta Lake table, which can always be made anew from the ledger.

Import from its modules: reading (open_facts), flushing, upkeep, comparing, dimensions.
"""
