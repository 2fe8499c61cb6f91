"""Forms of orders, by noun: words, orders (with their lines and credits), money (payments, invoices, contracts)."""
