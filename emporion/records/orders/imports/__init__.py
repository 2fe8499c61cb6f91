"""What files may carry about orders and what follows them."""

from emporion.records.orders.imports.follow_ups import FOLLOW_UPS
from emporion.records.orders.imports.orders import ORDERS

IMPORTABLES = (*ORDERS, *FOLLOW_UPS)
