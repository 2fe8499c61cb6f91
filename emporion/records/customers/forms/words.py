"""What the choices and the fields of a customer are called."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from emporion.records.customers.models import Kind, PreferredChannel, Sex, WhatMatters

Words = dict[str, Any]  # texts, some of them translated when they are read

KINDS: Words = {Kind.COMPANY: _("company"), Kind.PERSON: _("private person")}
SEXES: Words = {Sex.FEMALE: _("female"), Sex.MALE: _("male")}
WHAT_MATTERS: Words = {
    WhatMatters.PRICE: _("price"),
    WhatMatters.QUALITY: _("quality"),
    WhatMatters.SPEED: _("speed"),
    WhatMatters.COMPLETENESS: _("completeness"),
    WhatMatters.RELIABILITY: _("reliability"),
}
CHANNELS: Words = {
    PreferredChannel.WORK_PHONE: _("work phone"),
    PreferredChannel.MOBILE: _("mobile"),
    PreferredChannel.EMAIL: _("e-mail"),
    PreferredChannel.MESSENGER: _("messenger"),
    PreferredChannel.IN_PERSON: _("in person"),
    PreferredChannel.POST: _("by post"),
}
FIELDS: Words = {
    "name": _("Name"),
    "kind": _("Company or person"),
    "given_name": _("Given name"),
    "patronymic": _("Patronymic"),
    "family_name": _("Family name"),
    "address_form": _("Form of address"),
    "sex": _("Sex"),
    "birth_year": _("Year of birth"),
    "occupation": _("Occupation"),
    "interests": _("Interests"),
    "tax_id": _("Tax number"),
    "legal_address": _("Legal address"),
    "address": _("Address"),
    "city": _("City"),
    "region": _("Region"),
    "country": _("Country"),
    "postal_code": _("Postal code"),
    "phone": _("Phone"),
    "email": _("E-mail"),
    "website": _("Website"),
    "messenger": _("Messenger"),
    "activity_type": _("Line of business"),
    "size_band": _("Size"),
    "age_band": _("Age"),
    "segment": _("Segment"),
    "source": _("Source"),
    "holding": _("Belongs to"),
    "what_matters": _("What matters most"),
    "payment_manner": _("How they pay"),
    "preferred_channel": _("Preferred channel"),
    "suppliers_now": _("Suppliers now"),
    "buys_what_for": _("What they buy and what for"),
    "could_interest": _("Who else could be interested"),
    "in_base_from": _("In the base since"),
    "left_base_on": _("Left the base on"),
    "position": _("Position"),
    "decides": _("Decides on purchases"),
    "mobile": _("Mobile"),
    "birthday_month_day": _("Birthday, month and day"),
}
CHOICES: dict[str, Words] = {
    "kind": KINDS,
    "sex": SEXES,
    "what_matters": WHAT_MATTERS,
    "preferred_channel": CHANNELS,
}


def said(name: str, value: Any) -> Any:
    """A field's value as people say it."""
    return CHOICES[name].get(str(value), value) if name in CHOICES and value else value
