"""The append-only ledger of facts. Import from its modules: fact, posting, closing, verifying, digest, epoch."""
