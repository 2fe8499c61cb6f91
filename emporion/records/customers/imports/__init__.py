"""What files may carry about customers."""

from emporion.records.customers.imports.contacts import CONTACTS, CUSTOM_FIELDS
from emporion.records.customers.imports.customers import CUSTOMERS
from emporion.records.customers.imports.owning import CUSTOMER_OWNERS, CUSTOMER_ZONES

IMPORTABLES = (CUSTOM_FIELDS, CUSTOMERS, CUSTOMER_OWNERS, CUSTOMER_ZONES, CONTACTS)

__all__ = ["CONTACTS", "CUSTOMERS", "CUSTOMER_OWNERS", "CUSTOMER_ZONES", "CUSTOM_FIELDS", "IMPORTABLES"]
