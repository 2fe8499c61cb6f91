"""People, their places over time, territories and absences (TEAM-1, TEAM-4, TEAM-11)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from emporion.kernel.models import Record
from emporion.kernel.money import RateField

ROLES = ("hunter", "closer", "farmer", "assistant", "service", "head", "director", "auditor")
CUTS = ("place", "activity", "size", "age")
ABSENCE_KINDS = ("holiday", "sick", "training", "other")


class Team(Record):
    """A team, perhaps inside another."""

    name = models.CharField(max_length=200, blank=True)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="children")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=F("id")), name="team_not_own_parent"
            )
        ]


class Member(Record):
    """A person of the department. Where they stand on a day is said by their places."""

    name = models.CharField(max_length=200, blank=True)
    email = models.CharField(max_length=254, blank=True)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="member"
    )
    hired_on = models.DateField(null=True)
    left_on = models.DateField(null=True)
    work_phone = models.CharField(max_length=50, blank=True)
    commission_rate = RateField(null=True)
    parameters = models.JSONField(default=dict, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(left_on__isnull=True) | Q(hired_on__isnull=True) | Q(left_on__gt=F("hired_on")),
                name="member_left_after_hired",
            )
        ]


class Territory(Record):
    """A sector of the tree, cut by place, activity, size or age, with one responsible manager (TEAM-4)."""

    name = models.CharField(max_length=200, blank=True)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="children")
    cut = models.CharField(max_length=10, default="place")
    manager = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, related_name="territories")
    country = models.CharField(max_length=2, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(cut__in=CUTS), name="territory_cut"),
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=F("id")), name="territory_not_own_parent"
            ),
        ]


class Place(models.Model):
    """Where a member stands from a day on, until their next place begins: team, role, manager, zone and how many
    customers they can serve. A row with everything empty ends a place. Two can never overlap (TEAM-1)."""

    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="places")
    starts_on = models.DateField()
    team = models.ForeignKey(Team, on_delete=models.PROTECT, null=True, related_name="places")
    role = models.CharField(max_length=20, blank=True, default="")
    manager = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, related_name="managed_places")
    territory = models.ForeignKey(Territory, on_delete=models.PROTECT, null=True, related_name="places")
    capacity = models.PositiveIntegerField(null=True)
    updated_at = models.DateTimeField(db_default=Now(), db_index=True)
    touched_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["member", "starts_on"], name="place_once_a_day"),
            models.CheckConstraint(condition=Q(role__in=("", *ROLES)), name="place_role"),
            models.CheckConstraint(
                condition=Q(manager__isnull=True) | ~Q(manager=F("member")), name="place_not_own_manager"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} from {self.starts_on}"


class Absence(Record):
    """Days on which a member is away, up to but not including `ends_on`, and who stands in (TEAM-11)."""

    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="absences")
    starts_on = models.DateField()
    ends_on = models.DateField()
    kind = models.CharField(max_length=10, default="other")
    stand_in = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, related_name="stood_in")

    class Meta:
        indexes = [models.Index(fields=["starts_on", "ends_on"], name="absence_span")]
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gt=F("starts_on")), name="absence_has_a_day"),
            models.CheckConstraint(condition=Q(kind__in=ABSENCE_KINDS), name="absence_kind"),
            models.CheckConstraint(
                condition=Q(stand_in__isnull=True) | ~Q(stand_in=F("member")), name="absence_other_stand_in"
            ),
        ]
