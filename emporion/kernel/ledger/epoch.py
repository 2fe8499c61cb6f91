"""The ledger's identity."""

import uuid

from django.db import transaction

from emporion.kernel.errors import Refusal
from emporion.kernel.ledger.models import Epoch, LedgerFact


def current_epoch() -> Epoch | None:
    """The running epoch, if the ledger was begun. One query."""
    return Epoch.objects.order_by("-id").first()


def begin_epoch(*, base_currency: str) -> Epoch:
    """Begin the ledger in that currency; refuses to change the currency under facts that exist."""
    with transaction.atomic():
        running = current_epoch()
        if running and running.base_currency == base_currency:
            return running
        if running and LedgerFact.objects.exists():
            raise Refusal(
                "ledger_has_facts", f"the ledger is kept in {running.base_currency}; facts are posted in it"
            )
        return Epoch.objects.create(code=uuid.uuid4(), base_currency=base_currency)


def require_epoch() -> Epoch:
    """The running epoch; refuses before the ledger was begun."""
    running = current_epoch()
    if running is None:
        raise Refusal("no_ledger", "the ledger was not begun yet")
    return running
