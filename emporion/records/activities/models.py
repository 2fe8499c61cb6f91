"""Calls, meetings, messages, visits and presentations, and tasks (ACT-1)."""

from django.db import models
from django.db.models import F, Q

from emporion.kernel.ledger.vocabulary import CREDITS
from emporion.kernel.models import RemovableRecord, in_bin
from emporion.records.activities.rules import FIRSTS, KINDS
from emporion.records.customers.models import Contact, Customer
from emporion.records.pipeline.models import Deal
from emporion.records.team.models import Member, Territory


class Activity(RemovableRecord):
    """Something done with or for a customer on a day. `first` says which sort it was: a call is cold, repeat or
    inbound, a meeting with a new or an existing customer. `territory` is its deal's, or else its customer's of the
    day, fixed when it was entered."""

    kind = models.CharField(max_length=20, choices=[(kind, kind) for kind in KINDS])
    day = models.DateField()
    started_at = models.DateTimeField(null=True)
    minutes = models.PositiveIntegerField(default=0)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, null=True)
    deal = models.ForeignKey(Deal, on_delete=models.PROTECT, null=True)
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, null=True)
    territory = models.ForeignKey(Territory, on_delete=models.PROTECT, null=True)
    first = models.CharField(max_length=10, blank=True)
    decision_maker = models.BooleanField(default=False)
    own_initiative = models.BooleanField(default=True)
    outcome = models.CharField(max_length=100, blank=True)
    note = models.TextField(blank=True)
    channel = models.CharField(max_length=40, blank=True)
    source = models.CharField(max_length=100, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["customer", "day"], name="activity_by_customer"),
            models.Index(fields=["day", "id"], name="activity_by_day"),
            in_bin("activity_removed"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    *[Q(kind=kind, first__in=["", *firsts]) for kind, firsts in FIRSTS.items()],
                    _connector=Q.OR,
                ),
                name="activity_first_of_kind",
            )
        ]


class ActivityMember(models.Model):
    """Who did it. Everyone counts it whole; weights only share what is money. An `assumed` row was named in the
    activity's own row of a file and counts only until others are named."""

    activity = models.ForeignKey(Activity, on_delete=models.CASCADE, related_name="members")
    member = models.ForeignKey(Member, on_delete=models.PROTECT)
    weight = models.PositiveIntegerField(default=1)
    credit = models.CharField(max_length=10, default="direct")
    assumed = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["activity", "member", "credit", "assumed"], name="activity_member_once"
            ),
            models.CheckConstraint(condition=Q(weight__gt=0), name="activity_member_weight_positive"),
            models.CheckConstraint(condition=Q(credit__in=CREDITS), name="activity_member_credit"),
        ]

    def __str__(self) -> str:
        return f"{self.activity_id}: {self.member_id}"


class Task(RemovableRecord):
    """Something to be done. One `is_next_step` was agreed with the customer. `dropped` on `done_on` is one that will
    not be done. `territory` is its deal's, or else its customer's of the day it was opened."""

    title = models.CharField(max_length=255, blank=True)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, null=True)
    deal = models.ForeignKey(Deal, on_delete=models.PROTECT, null=True, related_name="tasks")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, null=True)
    territory = models.ForeignKey(Territory, on_delete=models.PROTECT, null=True)
    opened_on = models.DateField()
    due_on = models.DateField(null=True)
    done_on = models.DateField(null=True)
    dropped = models.BooleanField(default=False)
    is_next_step = models.BooleanField(default=False)

    class Meta:
        indexes = [
            models.Index(fields=["deal", "done_on"], name="task_open_of_deal"),
            models.Index(fields=["due_on", "id"], name="task_by_due_day"),
            in_bin("task_removed"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(done_on__isnull=True) | Q(done_on__gte=F("opened_on")),
                name="task_done_after_opening",
            ),
            models.CheckConstraint(
                condition=Q(dropped=False) | Q(done_on__isnull=False), name="task_dropped_on_a_day"
            ),
        ]
