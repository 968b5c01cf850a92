"""What the API says about cases."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from ninja import Schema
from pydantic import ConfigDict, Field

from wangge.cases.types import (
    Action,
    EscalationReason,
    HandlingLevel,
    Rating,
    RefusalReason,
    State,
    SuspensionReason,
    VoidReason,
    Weight,
)
from wangge.foundation.schemas import CleanText, Moment


class ActionIn(Schema):
    """What is said with an action; which members it needs stands in the description of the action."""

    model_config = ConfigDict(extra="forbid")

    operation_id: UUID | None = Field(None, description="Made by the client: repeating it changes nothing.")
    note: CleanText = Field("", max_length=4000)
    task_code: CleanText = Field("", max_length=6)
    weight: Weight = Weight.GENERAL
    unit: CleanText = Field("", max_length=40)
    units: list[CleanText] = Field(default_factory=list, max_length=20, description="Units that do a part each.")
    limit_h: float | None = Field(None, ge=0.5, le=1440, description="Hours of the task's clock for each part.")
    level: HandlingLevel | None = Field(None, description="Where to pass it up to; the next level without it.")
    reason: RefusalReason | EscalationReason | SuspensionReason | VoidReason | None = None
    until: Moment | None = Field(None, description="With its time zone; of a suspension, the local day counts.")
    order: CleanText = Field("", max_length=20, description="Number of the supervision order.")
    solved: bool | None = Field(None, description="Whether the reporter says the matter is solved.")
    into: CleanText = Field("", max_length=20, description="Number of the main case to merge into.")
    rating: Rating | None = None
    lon: float | None = None
    lat: float | None = None
    crs: CleanText = Field("EPSG:4326", max_length=20)
    media: list[UUID] = Field(default_factory=list, max_length=20)
    before: list[UUID] = Field(default_factory=list, max_length=20)
    after: list[UUID] = Field(default_factory=list, max_length=20)


class MovedOut(Schema):
    """Where the case stands after the action."""

    case_no: str
    action: Action
    state: State
    version: int
    repeated: bool


class CaseLineOut(Schema):
    """A case in a list."""

    case_no: str
    channel: str
    text: str
    address: str
    area: str
    grid_code: str | None
    place_name: str
    lon: float | None
    lat: float | None
    state: State
    stage: str
    light: str | None
    task_code: str
    task_name: str
    weight: str
    unit: str
    unit_name: str
    reported_at: datetime
    since: datetime
    due_at: datetime | None
    version: int
    reopen_no: int


class CasePageOut(Schema):
    """A page of cases, newest first. Ask again with `cursor` for the next."""

    cases: list[CaseLineOut]
    next_cursor: str | None


class StepOut(Schema):
    """One line of the history."""

    seq: int
    action: Action
    from_state: State
    to_state: State
    at: datetime
    actor: str
    note: str
    detail: dict[str, Any]


class MediaOut(Schema):
    """A photo or recording of the case."""

    id: UUID
    kind: str
    use: str
    url: str
    thumbnail_url: str | None
    width: int | None
    height: int | None
    duration_s: float | None


class SuggestionOut(Schema):
    """A proposed task and unit, with the reasons."""

    task_code: str
    task_name: str
    unit: str
    unit_name: str
    score: float
    reasons: list[dict[str, Any]]


class LikelyDuplicateOut(Schema):
    """An earlier case that may be the same matter."""

    case_no: str
    state: State
    text: str
    distance_m: float
    days_apart: float
    text_likeness: float
    score: float


class ActionChoice(Schema):
    """An action the table knows from this state, and whether you may take it."""

    action: Action
    allowed: bool
    why_not: str | None
    needs: list[str]


class ContactOut(Schema):
    """The reporter's contact, masked."""

    name: str
    phone: str


class CaseOut(CaseLineOut):
    """A case whole."""

    place_source: str
    place_crs: str
    accuracy_m: float | None
    edition_id: int | None
    merged_into: str
    closed_at: datetime | None
    rating: str
    is_provisional: bool
    contact: ContactOut | None
    steps: list[StepOut]
    media: list[MediaOut]
    suggestions: list[SuggestionOut]
    likely_duplicates: list[LikelyDuplicateOut]
    actions: list[ActionChoice]
