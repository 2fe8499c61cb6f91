"""The made-up company: people, places, products, customers and their days. Pure: the same wish gives the same rows."""
