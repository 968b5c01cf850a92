"""Formulas of earlier versions: what they counted they go on counting, to the same numbers."""

from __future__ import annotations

import hashlib
from itertools import product

import orjson
import pytest

from tests.unit.analysis.histories import CLOCKS, FAR, A, facts, handled, random_case, window
from wangge.analysis.rules.counting import COUNTINGS
from wangge.analysis.rules.facts import CaseFacts
from wangge.analysis.rules.packing import packed_sheets
from wangge.analysis.rules.reading import facts_of
from wangge.analysis.rules.table import BY_CODE, FIRST, FORMULAS, INDICES, KNOWN
from wangge.analysis.rules.table_former import any_index, index_in, indices_of
from wangge.analysis.rules.tally import base_of, tally

START, IN_TIME, AFTER = "2026-11-09 09:00", "2026-11-09 17:00", "2026-11-10 09:00"
#: What the software counted while 2026-1 was the version in force, of the cases below. It must never change.
COUNTED_THEN = {FIRST: "49b96c8e8e7a18630c8dfa270e502235a0eb4950c2c31f0c37e70c407a59f07f"}


def cases() -> list[CaseFacts]:
    """Every way of being rated with and without a contact, returns of every outcome, and four hundred that wander."""
    found = []
    ratings, by_whom = ("SATISFIED", "BASICALLY", "NOT_SATISFIED", ""), ("REPORTER", "REVISIT")
    ways = product(ratings, by_whom, (True, False, None), (False, True))
    for n, (rating, by, solved, contact) in enumerate(ways):
        said = ((AFTER, A.RATE, {"rating": rating, "by": by, "solved": solved}),) if rating else ()
        found.append(facts(*handled(START, IN_TIME), *said, number=f"R{n:019d}", is_contactable=contact))
    sent = ((START, A.SUBMIT), (START, A.ACCEPT), (START, A.DISPATCH), (START, A.REQUEST_RETURN))
    for n, decided in enumerate(((), ((IN_TIME, A.UPHOLD_RETURN),), ((IN_TIME, A.REFUSE_RETURN),))):
        found.append(facts(*sent, *decided, number=f"S{n:019d}"))
    for seed in range(400):
        fixed, steps = random_case(seed)
        one = facts_of(fixed, steps, clocks=CLOCKS, cut_off=FAR)
        found += [one] if one else []
    return found


def digest(formulas: str) -> str:
    sheets = packed_sheets(tally(cases(), window("2026-09-01 00:00", "2026-12-01 00:00"), {}, formulas))
    return hashlib.sha256(orjson.dumps(sheets, option=orjson.OPT_SORT_KEYS)).hexdigest()


@pytest.mark.parametrize("formulas", sorted(COUNTED_THEN))
def test_what_a_former_version_counted_it_counts_for_ever(formulas: str) -> None:
    assert digest(formulas) == COUNTED_THEN[formulas]


def test_every_version_that_may_be_replayed_has_its_formulas() -> None:
    assert set(COUNTINGS) == set(KNOWN)
    assert set(COUNTED_THEN) == set(KNOWN) - {FORMULAS}


@pytest.mark.parametrize("formulas", KNOWN)
def test_what_is_counted_is_what_the_table_of_that_version_says(formulas: str) -> None:
    counted = {
        base_of(index) for sheet in tally(cases(), window("2026-09-01 00:00"), {}, formulas).values() for index in sheet
    }
    said = {one.code for one in indices_of(formulas) if one.of_cases}
    assert counted <= said
    assert said - counted <= {"merged", "voided", "refused", "suspended_stock", "supervise_on_time_rate"}


def test_a_former_version_says_its_own_formula() -> None:
    then, now = index_in("satisfaction_rate", FIRST), BY_CODE["satisfaction_rate"]
    assert then is not None
    assert (then.version, now.version) == (FIRST, FORMULAS)
    assert then.formula != now.formula
    assert any_index("returned") is not None
    assert "returned" not in BY_CODE
    assert index_in("returns_refused", FIRST) is None
    assert indices_of("1999-1") == INDICES == indices_of(FORMULAS)
