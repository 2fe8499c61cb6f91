"""Forms of customers, by noun: words (names of choices), customers, contacts, owning, many (chosen in a list)."""
