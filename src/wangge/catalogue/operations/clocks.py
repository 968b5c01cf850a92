"""How a centre counts time: a new version of its clock rules, from a day on."""

from __future__ import annotations

from datetime import date, datetime
from itertools import pairwise

from wangge.catalogue import queries
from wangge.catalogue.models import ClockRules
from wangge.catalogue.types import ClockProfile
from wangge.foundation.access import Actor, require
from wangge.foundation.db import transaction
from wangge.foundation.errors import Invalid
from wangge.foundation.worktime import LOCAL, Hours


class ClockRulesOutOfRange(Invalid):
    """A number of the clock rules that can't be meant: names the field and the bounds."""

    code = "catalogue.clock_rules_out_of_range"


class ClockRulesTooEarly(Invalid):
    """Rules hold from a day to come, or from today: cases of past days were counted by others."""

    code = "catalogue.clock_rules_too_early"


@transaction
def adopt_clock_rules(
    *, area: str, valid_from: date, profile: ClockProfile, note: str, actor: Actor, at: datetime
) -> int:
    """A new version of how the centre of `area` (a county or township) counts time; its number.

    Needs ``clock.adopt`` there. Cases that run keep the version they began under. `profile.version` is not read.
    Raises ClockRulesOutOfRange and ClockRulesTooEarly (422) naming the field.
    """
    require(actor, "clock.adopt", area=area)
    if valid_from < at.astimezone(LOCAL).date() and not actor.is_system:
        raise ClockRulesTooEarly(field="valid_from", earliest=at.astimezone(LOCAL).date().isoformat())
    row = ClockRules(area=area, valid_from=valid_from, note=note.strip(), made_by_id=actor.user_id, made_at=at)
    row.hours = [f"{opens:%H:%M}-{closes:%H:%M}" for opens, closes in _ordered(profile.hours)]
    for name, (value, least, most) in _numbers(profile).items():
        if not least <= value <= most:
            raise ClockRulesOutOfRange(field=name, value=value, least=least, most=most)
        setattr(row, name, value)
    row.save(force_insert=True)
    queries.forget()
    return int(row.version)


def _ordered(hours: Hours) -> Hours:
    """Windows in order that don't overlap, at least one."""
    windows = tuple(sorted(hours))
    overlap = any(one[1] > other[0] for one, other in pairwise(windows))
    if not windows or overlap:
        raise ClockRulesOutOfRange(field="hours", value="", least="00:00", most="23:59")
    return windows


_MONTH_MIN = 31 * 24 * 60


def _numbers(profile: ClockProfile) -> dict[str, tuple[int, int, int]]:
    """Column, value, least and most."""
    return {
        "acceptance_min": (int(profile.acceptance.minutes), 1, _MONTH_MIN),
        "signing_min": (int(profile.signing.minutes), 1, _MONTH_MIN),
        "signing_urgent_min": (int(profile.signing_urgent.minutes), 1, _MONTH_MIN),
        "verification_min": (int(profile.verification.minutes), 1, _MONTH_MIN),
        "feedback_min": (int(profile.feedback.minutes), 1, _MONTH_MIN),
        "handling_min": (int(profile.handling.minutes), 1, _MONTH_MIN),
        "yellow_percent": (round(profile.yellow_share * 100), 1, 90),
        "urgent_yellow_min": (int(profile.urgent_yellow_min), 1, 24 * 60),
        "supervise_after_min": (int(profile.supervise_after_min), 1, _MONTH_MIN),
        "list_after_min": (int(profile.list_after_min), int(profile.supervise_after_min) + 1, _MONTH_MIN),
        "reply_within_min": (int(profile.reply_within_min), 1, _MONTH_MIN),
        "sampled_percent": (round(profile.sampled_share * 100), 1, 100),
    }
