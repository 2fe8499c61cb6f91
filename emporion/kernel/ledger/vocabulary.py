"""The closed vocabulary of facts: their kinds and their traits. A word that is not here cannot be posted."""

from enum import IntFlag

KINDS: dict[str, str] = {
    "order.placed": "A line of an order was sold: quantity, amount before tax and cost, on the day of the order.",
    "order.cancelled": "A line of an order was called off: negative quantity, amount and cost, on that day.",
    "order.returned": "Goods came back: negative quantity, amount and cost, on the day of the return.",
    "payment.received": "Money came in for a line of an order (negative: it was paid back).",
    "invoice.issued": "An invoice was sent, with its amount.",
    "contract.signed": "A contract was signed, with its amount.",
    "base.changed": "A customer or prospect came into (+1) or left (-1) someone's base or zone. A state: sum it up.",
    "pipeline.changed": "Open deals in a stage, in number and value, net change of the day. A state: sum it up.",
    "stage.entered": "A deal came into a stage.",
    "stage.left": "A deal left a stage: with the trait `forward` to a later one or won, `lost` when closed unsold.",
    "deal.won": "A deal was won, with its value; minutes hold how long it was open.",
    "deal.lost": "A deal was closed without sale, with its value.",
    "task.opened": "A task or next step was agreed, to be done by its due day. A state with task.closed.",
    "task.closed": "A task was done or dropped: quantity -1, with the due day it had.",
    "call.made": "A call took place.",
    "meeting.held": "A meeting took place.",
    "message.sent": "A message was written to a customer.",
    "visit.made": "A visit took place.",
    "presentation.given": "A presentation was given.",
}


class Trait(IntFlag):
    """What sort of fact it is, as bits of one number, so that any engine filters by it in one comparison."""

    COLD = 1
    REPEAT = 2
    INBOUND = 4
    NEW_CUSTOMER = 8
    EXISTING_CUSTOMER = 16
    DECISION_MAKER = 32
    NEW_PRODUCT = 64
    OPENING = 128
    OWN_INITIATIVE = 256
    FORWARD = 512
    LOST = 1024
    NEXT_STEP = 2048
    PROSPECT = 4096
    KEY_STAGE = 8192
    REOPENED = 16384


CREDIT_DIRECT = "direct"
CREDIT_OVERLAY = "overlay"
CREDITS = (CREDIT_DIRECT, CREDIT_OVERLAY)
