"""What a page of the assessment was asked for: period, place or unit. Its state is the URL."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from wangge.analysis import queries
from wangge.analysis.queries import Reach, Shown
from wangge.analysis.types import Period, ScopeKind, month_of
from wangge.channels.placenames import said_names as place_names
from wangge.console.assessment.words import matter_names
from wangge.foundation import clock
from wangge.foundation.access import Actor
from wangge.foundation.errors import Invalid, NotFound
from wangge.foundation.worktime import LOCAL
from wangge.workforce.queries import unit_names

_FIRST, _LAST = date(2000, 1, 1), date(2099, 12, 1)
LONGEST_DAYS = 366


@dataclass(frozen=True, slots=True)
class Asked:
    """Whose figures of which period, for whom."""

    actor: Actor
    reach: Reach
    at: datetime
    county: str
    period: Period
    kind: ScopeKind
    code: str
    live: bool

    @property
    def is_now(self) -> bool:
        """Whether the period still runs."""
        return self.period.begin <= self.at < self.period.end

    @property
    def period_words(self) -> str:
        if self.period.is_month:
            return date_format(self.period.from_on, _("F Y"))
        last = self.period.to_on - timedelta(days=1)
        return f"{self.period.from_on:%Y-%m-%d} – {last:%Y-%m-%d}"

    @property
    def scope_words(self) -> str:
        return names_of(self.kind, [self.code])[self.code]

    def query(self, **more: Any) -> str:
        """The query string of the same question with something changed; None takes a part out."""
        last = self.period.to_on - timedelta(days=1)
        span: dict[str, Any] = (
            {"month": f"{self.period.from_on:%Y-%m}"}
            if self.period.is_month
            else {"since": self.period.from_on.isoformat(), "until": last.isoformat()}
        )
        whole = {**span, "county": self.county, "kind": self.kind.value, "code": self.code}
        whole |= {"live": "1" if self.live else None} | more
        if whole.get("month") and "month" in more:
            whole |= {"since": None, "until": None}
        return urlencode({name: value for name, value in whole.items() if value not in (None, "")})

    def month_beside(self, step: int) -> str | None:
        """The query of the month before or after; None for other periods and for the future."""
        if not self.period.is_month:
            return None
        day = self.period.from_on - timedelta(days=1) if step < 0 else self.period.to_on
        if datetime.combine(day, self.at.time(), LOCAL) > self.at + timedelta(days=1) or day < _FIRST:
            return None
        return self.query(month=f"{day:%Y-%m}")

    def shown(self, kinds: tuple[ScopeKind, ...]) -> Shown:
        """The figures, as closed unless the present ones are wanted."""
        return queries.shown_period(self.county, self.period, at=self.at, kinds=kinds, live=self.live)


def asked(request: HttpRequest) -> Asked:
    """Read the question. Invalid (422) for a period that can't be read, NotFound (404) beyond one's reach."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    reach, at = queries.reach_of(actor), clock.now()
    county = _county(request, reach)
    kind, code = _scope(request, reach, county)
    return Asked(actor, reach, at, county, _period(request, at), kind, code, request.GET.get("live") == "1")


def names_of(kind: ScopeKind, codes: list[str]) -> dict[str, str]:
    """Names of scopes in the reader's language; the code where there is none."""
    if kind is ScopeKind.UNIT:
        found = unit_names(codes)
    elif kind in (ScopeKind.CATEGORY, ScopeKind.SUBITEM, ScopeKind.TASK):
        found = matter_names(kind, codes)
    else:
        found = place_names(codes)
    return {code: found.get(code, code) for code in codes}


def _county(request: HttpRequest, reach: Reach) -> str:
    wanted = request.GET.get("county", "")
    own = [code[:6] for code in (*reach.areas, *reach.units) if len(code) >= 6]
    known = reach.counties(queries.counties_with_facts()) or own
    if wanted and wanted not in known:
        raise NotFound("analysis.no_such_scope", field="county", value=wanted[:20])
    if not (wanted or known):
        raise NotFound("analysis.nothing_counted")
    return wanted or known[0]


def _scope(request: HttpRequest, reach: Reach, county: str) -> tuple[ScopeKind, str]:
    kind, code = request.GET.get("kind", ""), request.GET.get("code", "")
    if not kind:
        found, own = reach.widest
        return (found, own) if len(own) >= 6 else (ScopeKind.COUNTY, county)
    if kind not in set(ScopeKind) or not reach.holds(ScopeKind(kind), code) or not _is_in(kind, code, county):
        raise NotFound("analysis.no_such_scope", field="code", value=code[:40])
    return ScopeKind(kind), code


def _is_in(kind: str, code: str, county: str) -> bool:
    return kind in (ScopeKind.CATEGORY, ScopeKind.SUBITEM, ScopeKind.TASK) or code.startswith(county)


def _period(request: HttpRequest, at: datetime) -> Period:
    since, until = _day(request, "since"), _day(request, "until")
    if since and until:
        period = Period(since, until + timedelta(days=1))
        if not period.from_on < period.to_on or (period.to_on - period.from_on).days > LONGEST_DAYS:
            raise Invalid("analysis.bad_period", field="until")
        return period
    if month := request.GET.get("month", ""):
        return month_of(_read_day(f"{month}-01", "month"))
    return month_of(at.astimezone(LOCAL).date())


def _day(request: HttpRequest, name: str) -> date | None:
    text = request.GET.get(name, "")
    return _read_day(text, name) if text else None


def _read_day(text: str, name: str) -> date:
    try:
        day = date.fromisoformat(text[:10])
    except ValueError:
        raise Invalid("analysis.bad_period", field=name) from None
    if not _FIRST <= day <= _LAST:
        raise Invalid("analysis.bad_period", field=name)
    return day
