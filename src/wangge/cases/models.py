"""Cases, their append-only history, contacts, media, and what was suggested for them.

`Case` holds what was reported (never changed) and, below the line, a projection of the history kept for
lists and filters: `rules.history.replay` of its steps gives the same values.
"""

from __future__ import annotations

from django.conf import settings
from django.contrib.gis.db import models as gis
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, GeneratedField, Q, Value
from django.db.models.functions import Substr

from wangge.cases.rules.workflow import OPEN
from wangge.cases.types import Asked, Channel, HandlingLevel, MediaKind, MediaUse, State, Weight
from wangge.foundation.db import CodeField, append_only, unchanging
from wangge.grids.types import COMMUNITY_LENGTH, COUNTY_LENGTH, TOWNSHIP_LENGTH

OPEN_STATES = sorted(state.value for state in OPEN)


def _part(length: int) -> GeneratedField:
    return GeneratedField(
        expression=Substr(F("area"), Value(1), Value(length)),
        output_field=CodeField(max_length=length),
        db_persist=True,
    )


class Case(models.Model):
    """A matter somebody reported, on its way to an answer."""

    case_no = CodeField(max_length=20)
    query_code = CodeField(max_length=8)
    client_id = models.UUIDField()
    channel = models.CharField(max_length=10, choices=[(v.value, v.value) for v in Channel])
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, db_index=False, on_delete=models.PROTECT, related_name="+"
    )
    text = models.TextField(max_length=4000)
    chosen_task = CodeField(max_length=6, blank=True, default="")
    point = gis.PointField(srid=4326, null=True, spatial_index=False)
    place_source = models.CharField(max_length=10)
    place_crs = models.CharField(max_length=12)
    accuracy_m = models.FloatField(null=True)
    address = models.CharField(max_length=200, blank=True, default="")
    area = CodeField(max_length=15)
    edition = models.ForeignKey(
        "grids.GridEdition", null=True, db_index=False, on_delete=models.PROTECT, related_name="+"
    )
    place_cell = models.BigIntegerField(null=True)
    county_code = _part(COUNTY_LENGTH)
    township_code = _part(TOWNSHIP_LENGTH)
    community_code = _part(COMMUNITY_LENGTH)
    reported_at = models.DateTimeField()
    followed_up_at = models.DateTimeField(null=True)
    parent = models.ForeignKey("self", null=True, db_index=False, on_delete=models.PROTECT, related_name="sub_cases")
    # --- projection of the history -----------------------------------------------------------------
    state = models.CharField(max_length=20, choices=[(v.value, v.value) for v in State])
    version = models.PositiveIntegerField()
    since = models.DateTimeField()
    task_code = CodeField(max_length=6, blank=True, default="")
    weight = models.CharField(max_length=10, choices=[(v.value, v.value) for v in Weight], default=Weight.GENERAL)
    unit = CodeField(max_length=40, blank=True, default="")
    level = models.CharField(max_length=12, blank=True, default="", choices=[(v.value, v.value) for v in HandlingLevel])
    asked = models.CharField(max_length=10, blank=True, default="", choices=[(v.value, v.value) for v in Asked])
    open_subs = models.PositiveSmallIntegerField(default=0)
    open_orders = models.PositiveSmallIntegerField(default=0)
    handler = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, db_index=False, on_delete=models.PROTECT, related_name="+"
    )
    self_handled = models.BooleanField(default=False)
    due_at = models.DateTimeField(null=True)
    warn_at = models.DateTimeField(null=True)
    clock = models.CharField(max_length=12, blank=True, default="")
    is_paused = models.BooleanField(default=False)
    is_provisional = models.BooleanField(default=False)
    closed_at = models.DateTimeField(null=True)
    reopen_no = models.PositiveSmallIntegerField(default=0)
    rating = models.CharField(max_length=14, blank=True, default="")
    merged_into = CodeField(max_length=20, blank=True, default="")
    # --- a mark for the queue, not a fact: when its light has to be looked at next ---------------------
    next_turn_at = models.DateTimeField(null=True)

    class Meta:
        triggers = (
            unchanging(
                "case_no", "query_code", "client_id", "channel", "entered_by_id", "text", "chosen_task", "reported_at"
            ),
        )
        constraints = [
            models.UniqueConstraint(fields=["case_no"], name="one_case_per_number"),
            models.UniqueConstraint(fields=["query_code"], name="one_case_per_query_code"),
            models.UniqueConstraint(fields=["client_id"], name="one_case_per_client_id"),
        ]
        indexes = [
            models.Index(fields=["parent"], name="case_parent", condition=Q(parent__isnull=False)),
            models.Index(fields=["county_code", "-id"], name="case_county"),
            models.Index(fields=["township_code", "-id"], name="case_township"),
            models.Index(fields=["community_code", "-id"], name="case_community"),
            models.Index(fields=["area", "-id"], name="case_grid"),
            models.Index(fields=["handler", "-id"], name="case_handled_by", condition=Q(handler__isnull=False)),
            models.Index(fields=["entered_by", "-id"], name="case_entered_by", condition=Q(entered_by__isnull=False)),
            models.Index(fields=["place_cell", "-id"], name="case_near", condition=Q(place_cell__isnull=False)),
            models.Index(fields=["state", "county_code", "-id"], name="case_open", condition=Q(state__in=OPEN_STATES)),
            models.Index(
                fields=["county_code", "-id", "due_at"], name="case_light", condition=Q(state__in=OPEN_STATES)
            ),
            models.Index(
                fields=["unit", "state", "-id"],
                name="case_unit_open",
                condition=Q(state__in=OPEN_STATES) & ~Q(unit=""),
            ),
            models.Index(
                fields=["state", "since"],
                name="case_time_passes",
                condition=Q(state__in=["closed", "returned", "suspended"]),
            ),
            models.Index(fields=["merged_into"], name="case_merged", condition=~Q(merged_into="")),
            models.Index(fields=["next_turn_at"], name="case_turns", condition=Q(next_turn_at__isnull=False)),
            models.Index(fields=["county_code", "-id"], name="case_asked", condition=~Q(asked="")),
            models.Index(fields=["county_code", "-id"], name="case_ordered", condition=Q(open_orders__gt=0)),
            models.Index(fields=["county_code", "due_at", "id"], name="case_due", condition=Q(due_at__isnull=False)),
        ]


class CaseStep(models.Model):
    """One line of the history: who did what, when, and where it led. The database lets nobody edit it."""

    case = models.ForeignKey(Case, db_index=False, on_delete=models.PROTECT, related_name="steps")
    seq = models.PositiveIntegerField()
    action = models.CharField(max_length=24)
    from_state = models.CharField(max_length=20)
    to_state = models.CharField(max_length=20)
    at = models.DateTimeField()
    actor_kind = models.CharField(max_length=10)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, db_index=False, on_delete=models.PROTECT, related_name="+"
    )
    note = models.TextField(blank=True, default="")
    detail = models.JSONField(default=dict)
    operation_id = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "seq"], name="one_step_per_seq"),
            models.UniqueConstraint(
                fields=["case", "operation_id"],
                name="one_step_per_operation",
                condition=Q(operation_id__isnull=False),
            ),
        ]
        triggers = append_only()


class CaseText(models.Model):
    """Words of the case for searching: every pair of neighbouring characters, so Chinese needs no dictionary."""

    case = models.OneToOneField(Case, primary_key=True, on_delete=models.CASCADE, related_name="search")
    county_code = CodeField(max_length=6)
    words = SearchVectorField()

    class Meta:
        indexes = [GinIndex(fields=["words"], name="case_words")]


class CaseContact(models.Model):
    """How to reach the reporter, encrypted; lives with the case and is removed when its time is over."""

    case = models.OneToOneField(Case, primary_key=True, on_delete=models.CASCADE, related_name="contact")
    name = models.BinaryField()
    phone = models.BinaryField()
    kept_until = models.DateField()
    sms_agreed_at = models.DateTimeField(null=True)
    language = models.CharField(max_length=10, blank=True, default="")


class Unmasking(models.Model):
    """Somebody looked at a reporter's contact: who (nobody: the system itself), which case, why, when. Append-only."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="unmaskings")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=200)
    at = models.DateTimeField()

    class Meta:
        triggers = append_only()


class CaseMedia(models.Model):
    """A photo or recording, written anew by us. Belongs to nobody until a report or result claims it."""

    id = models.UUIDField(primary_key=True)
    case = models.ForeignKey(Case, null=True, on_delete=models.PROTECT, related_name="media")
    kind = models.CharField(max_length=6, choices=[(v.value, v.value) for v in MediaKind])
    use = models.CharField(max_length=12, blank=True, default="", choices=[(v.value, v.value) for v in MediaUse])
    file = models.CharField(max_length=120)
    thumbnail = models.CharField(max_length=120, blank=True, default="")
    content_type = models.CharField(max_length=40)
    size = models.PositiveIntegerField()
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)
    duration_s = models.FloatField(null=True)
    sha256 = models.BinaryField(max_length=32)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["uploaded_at"], name="media_unclaimed", condition=Q(case__isnull=True))]


class CaseSuggestion(models.Model):
    """A task and unit proposed for a report, with its reasons as data."""

    case = models.ForeignKey(Case, db_index=False, on_delete=models.CASCADE, related_name="suggestions")
    rank = models.PositiveSmallIntegerField()
    task_code = CodeField(max_length=6)
    unit = CodeField(max_length=40, blank=True, default="")
    score = models.FloatField()
    reasons = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "rank"], name="one_suggestion_per_rank")]


class LikelyDuplicate(models.Model):
    """An earlier case that may be the same matter, found when the report came in."""

    case = models.ForeignKey(Case, db_index=False, on_delete=models.CASCADE, related_name="likely_duplicates")
    earlier = models.ForeignKey(Case, db_index=False, on_delete=models.CASCADE, related_name="+")
    distance_m = models.FloatField()
    days_apart = models.FloatField()
    text_likeness = models.FloatField()
    score = models.FloatField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "earlier"], name="one_likeness_per_pair")]


class OrderSerial(models.Model):
    """The last number of a county's supervision orders in a year."""

    county = CodeField(max_length=6)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["county", "year"], name="one_order_serial")]


class SupervisionOrder(models.Model):
    """督办单: a numbered demand that a case be settled by a time, with receipt, reply and release.

    What happened stands in the history of its case; this row is its projection for boards and lists.
    """

    number = CodeField(max_length=20, unique=True)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="orders")
    unit = CodeField(max_length=40, blank=True, default="")
    area = CodeField(max_length=15)
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=24, blank=True, default="")
    demand = models.TextField(blank=True, default="")
    until = models.DateTimeField()
    received_at = models.DateTimeField(null=True)
    replied_at = models.DateTimeField(null=True)
    reply = models.TextField(blank=True, default="")
    listed_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    released_at = models.DateTimeField(null=True)
    release_note = models.TextField(blank=True, default="")

    class Meta:
        triggers = (unchanging("number", "case_id", "opened_at", "opened_by_id", "reason", "demand"),)
        indexes = [
            models.Index(fields=["area", "-id"], name="order_open", condition=Q(released_at__isnull=True)),
            models.Index(fields=["unit", "-id"], name="order_of_unit", condition=Q(released_at__isnull=True)),
            models.Index(fields=["area", "-id"], name="order_area"),
        ]
