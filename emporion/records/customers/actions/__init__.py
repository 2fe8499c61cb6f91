"""Writes about customers, by noun: customers, owning (owner, zone, base), contacts, custom_fields; base posts facts."""
