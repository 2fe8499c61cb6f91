"""Companies and persons, who owns them and in which zone they are, and the people one talks to (CUST-1).

Ownership and zone are effective-dated as people's places are: a row holds from its day until the next row's, and a
row without an owner or zone is how the last one ends. They are stored nowhere else.
"""

from django.db import models
from django.db.models import F, Q

from emporion.kernel.models import Record, RemovableRecord, in_bin
from emporion.records.team.models import Member, Territory


class Kind(models.TextChoices):
    """Whom one sells to."""

    COMPANY = "company"
    PERSON = "person"


class Sex(models.TextChoices):
    """As the person gave it."""

    FEMALE = "female"
    MALE = "male"


class WhatMatters(models.TextChoices):
    """What decides for this customer."""

    PRICE = "price"
    QUALITY = "quality"
    SPEED = "speed"
    COMPLETENESS = "completeness"
    RELIABILITY = "reliability"


class PreferredChannel(models.TextChoices):
    """How they want to be reached: the product uses it when it proposes a contact."""

    WORK_PHONE = "work_phone"
    MOBILE = "mobile"
    EMAIL = "email"
    MESSENGER = "messenger"
    IN_PERSON = "in_person"
    POST = "post"


class CustomKind(models.TextChoices):
    """What a field of one's own holds."""

    TEXT = "text"
    NUMBER = "number"
    DAY = "day"
    CHOICE = "choice"


def _one_of(
    field: str, choices: type[models.TextChoices], name: str, blank: bool = True
) -> models.CheckConstraint:
    allowed = [*choices.values, *([""] if blank else [])]
    return models.CheckConstraint(condition=Q(**{f"{field}__in": allowed}), name=name)


class NamedRecord(RemovableRecord):
    """A record of someone: the parts of a person's name, and how they are addressed."""

    given_name = models.CharField(max_length=100, blank=True)
    patronymic = models.CharField(max_length=100, blank=True)
    family_name = models.CharField(max_length=100, blank=True)
    address_form = models.CharField(max_length=100, blank=True)

    class Meta:
        abstract = True


class Customer(NamedRecord):
    """Someone who buys or could. They are in the base from `in_base_from`, and until `left_base_on` (half-open)."""

    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.COMPANY)
    name = models.CharField(max_length=255)
    sex = models.CharField(max_length=10, choices=Sex.choices, blank=True)
    birth_year = models.PositiveSmallIntegerField(null=True)
    occupation = models.CharField(max_length=255, blank=True)
    interests = models.TextField(blank=True)
    tax_id = models.CharField(max_length=50, blank=True)
    legal_address = models.CharField(max_length=500, blank=True)
    address = models.CharField(max_length=500, blank=True)
    city = models.CharField(max_length=100, blank=True)
    region = models.CharField(max_length=100, blank=True)
    country = models.CharField(max_length=2, blank=True)
    postal_code = models.CharField(max_length=20, blank=True)
    phone = models.CharField(max_length=50, blank=True)
    email = models.CharField(max_length=254, blank=True)
    website = models.CharField(max_length=255, blank=True)
    messenger = models.CharField(max_length=100, blank=True)
    activity_type = models.CharField(max_length=100, blank=True)
    size_band = models.CharField(max_length=50, blank=True)
    age_band = models.CharField(max_length=50, blank=True)
    segment = models.CharField(max_length=100, blank=True)
    source = models.CharField(max_length=100, blank=True)
    holding = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="subsidiaries")
    what_matters = models.CharField(max_length=20, choices=WhatMatters.choices, blank=True)
    payment_manner = models.CharField(max_length=100, blank=True)
    preferred_channel = models.CharField(max_length=20, choices=PreferredChannel.choices, blank=True)
    suppliers_now = models.TextField(blank=True)
    buys_what_for = models.TextField(blank=True)
    could_interest = models.TextField(blank=True)
    in_base_from = models.DateField(null=True)
    left_base_on = models.DateField(null=True)
    custom = models.JSONField(default=dict)

    class Meta:
        indexes = [
            models.Index(fields=["name", "id"], name="customer_by_name"),
            models.Index(fields=["segment", "name", "id"], name="customer_by_segment"),
            in_bin("customer_removed"),
        ]
        constraints = [
            _one_of("kind", Kind, "customer_kind", blank=False),
            _one_of("sex", Sex, "customer_sex"),
            _one_of("what_matters", WhatMatters, "customer_what_matters"),
            _one_of("preferred_channel", PreferredChannel, "customer_preferred_channel"),
            models.CheckConstraint(condition=~Q(holding=F("id")), name="customer_not_own_holding"),
            models.CheckConstraint(
                condition=Q(left_base_on__isnull=True) | Q(left_base_on__gt=F("in_base_from")),
                name="customer_leaves_after_entering",
            ),
            models.CheckConstraint(
                condition=Q(left_base_on__isnull=True) | Q(in_base_from__isnull=False),
                name="customer_leaves_what_it_entered",
            ),
        ]


class CustomerOwner(models.Model):
    """Who answers for a customer from that day on; nobody, where there is no member."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="owners", db_index=False)
    starts_on = models.DateField()
    member = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, db_index=False)

    class Meta:
        indexes = [models.Index(fields=["member", "customer", "starts_on"], name="customer_owner_of")]
        constraints = [models.UniqueConstraint(fields=["customer", "starts_on"], name="customer_owner_from")]

    def __str__(self) -> str:
        return f"{self.customer_id} from {self.starts_on}: {self.member_id}"


class CustomerZone(models.Model):
    """In which territory a customer is from that day on; in none, where there is no territory."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="zones", db_index=False)
    starts_on = models.DateField()
    territory = models.ForeignKey(Territory, on_delete=models.PROTECT, null=True, db_index=False)

    class Meta:
        indexes = [models.Index(fields=["territory", "customer", "starts_on"], name="customer_zone_of")]
        constraints = [models.UniqueConstraint(fields=["customer", "starts_on"], name="customer_zone_from")]

    def __str__(self) -> str:
        return f"{self.customer_id} from {self.starts_on}: {self.territory_id}"


class Contact(NamedRecord):
    """A person at a customer. `birthday_month_day` is MM-DD: the year is nobody's business."""

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="contacts")
    position = models.CharField(max_length=255, blank=True)
    decides = models.BooleanField(default=False)
    phone = models.CharField(max_length=50, blank=True)
    mobile = models.CharField(max_length=50, blank=True)
    email = models.CharField(max_length=254, blank=True)
    messenger = models.CharField(max_length=100, blank=True)
    preferred_channel = models.CharField(max_length=20, choices=PreferredChannel.choices, blank=True)
    birthday_month_day = models.CharField(max_length=5, blank=True)

    class Meta:
        indexes = [in_bin("contact_removed")]
        constraints = [_one_of("preferred_channel", PreferredChannel, "contact_preferred_channel")]


class CustomField(Record):
    """A field of one's own on customers, whose values lie in Customer.custom by its code."""

    name = models.CharField(max_length=100)
    kind = models.CharField(max_length=10, choices=CustomKind.choices, default=CustomKind.TEXT)
    choices = models.JSONField(default=list)

    class Meta:
        constraints = [_one_of("kind", CustomKind, "custom_field_kind", blank=False)]
