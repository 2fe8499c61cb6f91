"""A plan from two sides: what a person and who leads them propose, round by round, and what both have signed (PLAN-4).

Nothing of it is ever changed: a later row stands instead of an earlier one, and the conversation stays as it was.
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from emporion.kernel.money import QuantityField
from emporion.numbers.planning.models.plans import Plan, PlanSpan
from emporion.records.team.models import Member

EMPLOYEE, HEAD = "employee", "head"
SIDES = (EMPLOYEE, HEAD)


class Proposal(models.Model):
    """What a side says that a person reaches of a metric in a span: the last row of a cell counts, of its own round
    and those before. Without a value nobody answered; 0 is an answer: nothing is possible."""

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="proposals")
    member = models.ForeignKey(Member, on_delete=models.PROTECT)
    metric = models.CharField(max_length=60)
    span = models.ForeignKey(PlanSpan, on_delete=models.PROTECT)
    side = models.CharField(max_length=10)
    round = models.PositiveIntegerField()
    value = QuantityField(null=True)
    reason = models.CharField(max_length=500, blank=True)
    said_by = models.CharField(max_length=150)
    said_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["plan", "member"], name="proposal_of_member")]
        constraints = [
            models.CheckConstraint(condition=Q(side__in=SIDES), name="proposal_side"),
            models.CheckConstraint(condition=Q(round__gte=1), name="proposal_round"),
            models.CheckConstraint(
                condition=Q(value__isnull=True) | Q(value__gte=0), name="proposal_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.side} of member {self.member_id}, round {self.round}: {self.metric} {self.value}"


class Submission(models.Model):
    """A round that a side has handed to the other: it is signed with it by who did, and holds once the other side signs
    it too. `makes_room`: where their branch cannot take it in, the branches above give way."""

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="submissions")
    member = models.ForeignKey(Member, on_delete=models.PROTECT)
    side = models.CharField(max_length=10)
    round = models.PositiveIntegerField()
    note = models.CharField(max_length=1000, blank=True)
    makes_room = models.BooleanField(default=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    submitted_by = models.CharField(max_length=150)
    submitted_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(side__in=SIDES), name="submission_side"),
            models.CheckConstraint(condition=Q(round__gte=1), name="submission_round"),
            models.CheckConstraint(
                condition=Q(makes_room=False) | Q(side=HEAD), name="submission_head_makes_room"
            ),
            models.CheckConstraint(
                condition=Q(side=HEAD) | Q(user__isnull=False), name="submission_by_a_user"
            ),
            models.UniqueConstraint(fields=["plan", "member", "side", "round"], name="submission_once"),
        ]

    def __str__(self) -> str:
        return f"{self.side} of member {self.member_id}, round {self.round}"


class Agreement(models.Model):
    """A round that both have signed, each at their moment; `digest` is of its values. It stands until it is reopened,
    with a reason."""

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="agreements")
    member = models.ForeignKey(Member, on_delete=models.PROTECT)
    submission = models.OneToOneField(Submission, on_delete=models.PROTECT, related_name="agreement")
    round = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    employee_user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    employee_name = models.CharField(max_length=150)
    employee_at = models.DateTimeField()
    head_user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    head_name = models.CharField(max_length=150)
    head_at = models.DateTimeField()
    reopened_by = models.CharField(max_length=150, blank=True)
    reopened_at = models.DateTimeField(null=True)
    reopen_reason = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "member"], condition=Q(reopened_at__isnull=True), name="agreement_one_stands"
            ),
            models.CheckConstraint(
                condition=Q(head_user__isnull=True) | ~Q(head_user=F("employee_user")),
                name="agreement_of_two",
            ),
            models.CheckConstraint(
                condition=Q(reopened_at__isnull=True, reopened_by="", reopen_reason="")
                | (Q(reopened_at__isnull=False) & ~Q(reopened_by="") & ~Q(reopen_reason="")),
                name="agreement_reopened_for_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"round {self.round} of member {self.member_id}"
