"""What the centre did about a history: notices told, revisits drawn, appeals decided, cases left out, months closed.

Once, after all cases, with the facts of their histories; through the operations, by whoever holds the posts.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import groupby

from django.db import transaction

from wangge.analysis import operations as analysis
from wangge.analysis import queries as analysed
from wangge.analysis.queries.behind import Part, Sought
from wangge.analysis.types import ExclusionReason, Period, RevisitOutcome, ScopeKind, month_of
from wangge.foundation.access import Actor
from wangge.foundation.models import Event, LoadedFile
from wangge.foundation.subscriptions import advance
from wangge.foundation.worktime import LOCAL
from wangge.notices import operations as notices
from wangge.notices.operations.targets import NewTarget
from wangge.notices.types import EventGroup
from wangge.project.history.cast import Cast
from wangge.project.history.reading import read_words

_DONE = "demo_history_afterwards"
#: Of the days since which a closed case may still be rated, more than usual: a small demo has few with a contact.
ASKED_ABOUT_DAYS, SHARE = 7, Decimal("0.6")
MONTHS_CLOSED = 2
TOLD_OF = timedelta(days=7)
#: A unit contests first what it looks late in; where it was never late, that a case counts at all.
_CONTESTED: tuple[tuple[str, Part], ...] = (
    ("overdue_rate", "above"),
    ("return_rate", "above"),
    ("rework_rate", "above"),
    ("closure_rate", "all"),
)


def put_afterwards(county: str, first: date, horizon: datetime) -> bool:
    """Do all that, unless it was done here before; whether it was."""
    if LoadedFile.objects.filter(name=_DONE).exists():
        return False
    while analysis.follow_cases(at=horizon):
        pass
    _tell_of_the_last_days(horizon)
    with transaction.atomic():
        LoadedFile.objects.create(name=_DONE, digest=county, at=horizon)
        centre = _Centre(county, horizon)
        centre.revisit()
        for month in _months(first, horizon):
            centre.assess(month)
        centre.tell_outside()
    return True


def _tell_of_the_last_days(horizon: datetime) -> None:
    """Notices of what happened lately, each at its hour: nobody has read them. Of what is older nobody is told."""

    def handle(found: Sequence[Event]) -> None:
        lately = sorted((event for event in found if event.at > horizon - TOLD_OF), key=lambda event: event.at)
        for _hour, some in groupby(lately, key=lambda event: event.at.replace(minute=0, second=0, microsecond=0)):
            events = list(some)
            notices.tell(events=events, at=events[-1].at)

    while advance("notices", handle):
        pass


def _months(first: date, horizon: datetime) -> list[Period]:
    """Whole months of the history that were over for three days, the earlier first."""
    month, found = month_of(horizon.astimezone(LOCAL).date()), list[Period]()
    while (month := month_of(month.from_on - timedelta(days=1))).from_on >= first and len(found) < MONTHS_CLOSED:
        if _morning(month.to_on + timedelta(days=3)) < horizon:
            found.append(month)
    return found[::-1]


def _morning(day: date) -> datetime:
    return datetime.combine(day, time(10), LOCAL)


class _Centre:
    """Those who assess, and what they say."""

    def __init__(self, county: str, horizon: datetime) -> None:
        self._county, self._horizon, self._cast = county, horizon, Cast()
        self._said = read_words().said

    def _who(self, post: str, at: datetime) -> Actor:
        return self._cast.at_place(post, self._county, at)

    def revisit(self) -> None:
        """The draws of the last days, and what came of some of them; the rest waits."""
        leader = self._who("centre_leader", self._horizon)
        analysis.set_revisit_share(county=self._county, share=SHARE, actor=leader, at=self._horizon)
        today = self._horizon.astimezone(LOCAL).date()
        for back in range(ASKED_ABOUT_DAYS, 0, -1):
            day = today - timedelta(days=back)
            drawn_at = min(_morning(day + timedelta(days=1)), self._horizon)
            analysis.draw_revisits(county=self._county, closed_on=day, at=drawn_at)
        analysis.lapse_revisits(at=self._horizon)
        clerk = self._who("revisit", self._horizon)
        waiting, _ = analysed.revisit_page(actor=clerk)
        outcomes = (RevisitOutcome.REACHED, RevisitOutcome.NOT_REACHED, RevisitOutcome.DECLINED)
        for line, outcome in zip(waiting[1::2], outcomes, strict=False):  # more wait than are done
            self._asked(line.case_no, outcome, clerk)

    def _asked(self, case_no: str, outcome: RevisitOutcome, clerk: Actor) -> None:
        is_reached = outcome is RevisitOutcome.REACHED
        analysis.record_revisit(
            case_no=case_no,
            outcome=outcome,
            rating="SATISFIED" if is_reached else "",
            is_solved=True if is_reached else None,
            actor=clerk,
            at=self._horizon,
        )

    def assess(self, month: Period) -> None:
        """A month: contested by a department, decided, closed; another appeal comes in later and waits."""
        lead, decided_at = self._who("unit_lead", self._horizon), _morning(month.to_on + timedelta(days=2))
        leader = self._who("centre_leader", self._horizon)
        unit = lead.units("assessment.appeal")[0]
        contested = self._cases(month, ScopeKind.UNIT, unit)
        first, waits = next(contested, None), next(contested, None)  # a small demo may have one or two
        decided = [one for one in (first, next(contested, None)) if one]
        for is_upheld, (index, case_no) in zip((True, False), decided, strict=False):
            number = self._appeal(month, unit, index, case_no, lead, decided_at - timedelta(hours=20))
            words = self._said["uphold_appeal" if is_upheld else "reject_appeal"][0]
            analysis.decide_appeal(appeal_id=number, is_upheld=is_upheld, words=words, actor=leader, at=decided_at)
        for index, case_no in self._cases(month, ScopeKind.COUNTY, self._county):
            if waits is None or case_no != waits[1]:
                self._exclude(case_no, index, leader, decided_at)
                break
        known_to = month.to_on + timedelta(days=3)
        analysis.close_period(county=self._county, period=month, known_to=known_to, actor=leader, at=_morning(known_to))
        if waits:
            last = _morning(month.to_on + timedelta(days=14))
            self._appeal(month, unit, *waits, lead, max(decided_at, min(last, self._horizon - timedelta(days=1))))

    def _cases(self, month: Period, kind: ScopeKind, code: str) -> Iterator[tuple[str, str]]:
        """Cases that count against a unit or a place, each with the index; those it minds most first."""
        seen = set[str]()
        for index, part in _CONTESTED:
            sought = Sought(self._county, month, index, kind, code, self._horizon, part=part)
            for one in analysed.cases_behind(sought, at=self._horizon)[0]:
                if one.facts.case_no not in seen and not one.is_left_out:
                    seen.add(one.facts.case_no)
                    yield index, one.facts.case_no

    def _appeal(self, month: Period, unit: str, index: str, case_no: str, lead: Actor, at: datetime) -> int:
        return analysis.file_appeal(
            case_no=case_no,
            index=index,
            period=month,
            unit=unit,
            reason=ExclusionReason.WAITED_FOR_OTHERS,
            words=self._said["appeal"][0],
            actor=lead,
            at=at,
        ).pk

    def _exclude(self, case_no: str, index: str, leader: Actor, at: datetime) -> None:
        reason, words = ExclusionReason.FORCE_MAJEURE, self._said["exclude"][0]
        analysis.exclude(case_no=case_no, index=index, reason=reason, words=words, actor=leader, at=at)

    def tell_outside(self) -> None:
        """A target for webhooks that is switched off, at an address reserved for examples: nothing leaves the demo."""
        administrator, at = self._who("administrator", self._horizon), self._horizon
        target = NewTarget(
            self._said["webhook"][0],
            "https://hooks.example.org/wangge",
            self._county,
            groups=(EventGroup.SUPERVISION, EventGroup.ANSWER),
        )
        number, _secret = notices.add_target(target=target, actor=administrator, at=at)
        notices.pause_target(target_id=number, actor=administrator, at=at)
