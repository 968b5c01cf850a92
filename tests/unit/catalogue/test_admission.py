"""The table of an application, what time does to it, and the versions of a list."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wangge.catalogue.rules import admission, versions
from wangge.catalogue.rules.admission import (
    ENDED,
    OPEN,
    STEPS,
    TIME,
    BadTerm,
    CannotStep,
    OwnApplication,
    OwnReview,
    Standing,
    done_by_time,
    step_for,
    steps_from,
)
from wangge.catalogue.types import AdmissionAction as A
from wangge.catalogue.types import AdmissionState as S
from wangge.catalogue.types import ApplicationKind, ListChangeKind

TODAY = date(2026, 11, 23)
states, actions, kinds = st.sampled_from(S), st.sampled_from(A), st.sampled_from(ApplicationKind)
standings = st.builds(Standing, st.booleans(), st.booleans(), st.booleans(), st.booleans())


def reachable(start: S) -> set[S]:
    found, todo = {start}, [start]
    while todo:
        here = todo.pop()
        for step in STEPS:
            if here in step.sources and step.target not in found:
                found.add(step.target)
                todo.append(step.target)
    return found


def test_every_state_is_reached_and_every_open_one_can_end() -> None:
    assert reachable(S.DRAFT) == set(S)
    for state in OPEN:
        assert reachable(state) & (ENDED | {S.EFFECTIVE}), state
    assert all(not steps_from(state) for state in ENDED)


def test_an_action_from_a_state_leads_to_one_place() -> None:
    seen = [(step.action, source) for step in STEPS for source in step.sources]
    assert len(seen) == len(set(seen))


@given(actions, states)
def test_what_the_table_has_not_is_a_conflict(action: A, state: S) -> None:
    in_table = any(step.action is action and state in step.sources for step in STEPS)
    if in_table:
        assert step_for(action, state).action is action
    else:
        with pytest.raises(CannotStep):
            step_for(action, state)


@given(st.lists(st.tuples(actions, st.integers(1, 3)), max_size=12))
def test_whoever_applied_or_reviewed_never_approves(acted: list[tuple[A, int]]) -> None:
    step = step_for(A.APPROVE, S.FINAL_REVIEW)
    applied = any(action is A.APPLY and who == 1 for action, who in acted)
    reviewed = any(action in (A.TAKE_UP, A.FORWARD) and who == 1 for action, who in acted)
    if applied:
        with pytest.raises(OwnApplication):
            admission.require_other_person(step, 1, acted)
    elif reviewed:
        with pytest.raises(OwnReview):
            admission.require_other_person(step, 1, acted)
    else:
        admission.require_other_person(step, 1, acted)


@given(kinds, standings)
def test_time_comes_to_rest(kind: ApplicationKind, standing: Standing) -> None:
    state, taken = S.PUBLISHED, 0
    while action := done_by_time(state, kind, standing):
        step = step_for(action, state)
        assert step.by == TIME
        state, taken = step.target, taken + 1
        assert taken < 5
    assert standing.has_begun == (state is not S.PUBLISHED)


@given(st.integers(-5, 60), st.integers(-5, 60))
def test_a_term_begins_today_or_later_and_ends_soon(start: int, length: int) -> None:
    begins = TODAY + timedelta(days=start)
    ends = begins + timedelta(days=length)
    if start >= 0 and 0 < length <= admission.LONGEST_TERM_DAYS:
        admission.require_term(begins, ends, TODAY)
    else:
        with pytest.raises(BadTerm):
            admission.require_term(begins, ends, TODAY)


@pytest.mark.parametrize("kind", ApplicationKind)
def test_what_is_missing_is_named_and_nothing_else(kind: ApplicationKind) -> None:
    said = dict.fromkeys(admission.NEEDED[kind], "x")
    assert admission.missing(kind, said, ["要用"]) == ()
    for name in admission.NEEDED[kind]:
        assert admission.missing(kind, said | {name: ""}, ["要用"]) == (name,)
    describes = kind in admission.DESCRIBES_A_TASK
    assert admission.missing(kind, said, []) == (("fields",) if describes else ())
    assert admission.missing(kind, said, ["要用", " "]) == (("fields",) if describes else ())


def test_nothing_expected_and_no_minute_are_answers() -> None:
    said = dict.fromkeys(admission.NEEDED[ApplicationKind.NEW], 0)
    assert admission.missing(ApplicationKind.NEW, said, ["要用"]) == ()


terms = st.tuples(st.integers(0, 9), st.one_of(st.none(), st.integers(0, 9))).map(
    lambda pair: (
        TODAY + timedelta(days=pair[0]),
        None if pair[1] is None else TODAY + timedelta(days=max(pair)),  # type: ignore[type-var]
    )
)


@given(terms, terms)
def test_terms_overlap_when_a_day_lies_in_both(one: tuple[date, date | None], other: tuple[date, date | None]) -> None:
    days = [TODAY + timedelta(days=number) for number in range(20)]
    both = any(versions.holds(*one, day) and versions.holds(*other, day) for day in days)
    assert versions.overlap(one, other) == both == versions.overlap(other, one)


snapshots = st.dictionaries(
    st.sampled_from(["010101", "010102", "020101"]),
    st.tuples(st.just("名"), st.fixed_dictionaries({"a": st.integers(0, 2)})),
)


@given(snapshots, snapshots)
def test_differences_tell_the_later_list_from_the_earlier(before: dict, after: dict) -> None:  # type: ignore[type-arg]
    found = versions.changes(before, after)
    K = ListChangeKind
    assert {one.code for one in found if one.kind is K.ADDED} == set(after) - set(before)
    assert {one.code for one in found if one.kind is K.REMOVED} == set(before) - set(after)
    told = {one.code: {name: now for name, _, now in one.fields} for one in found if one.kind is K.CHANGED}
    assert {code for code in set(before) & set(after) if before[code] != after[code]} == set(told)
    for code, fields in told.items():
        assert {**before[code][1], **fields} == after[code][1]
    assert versions.changes(after, after) == []


@given(st.sets(st.integers(1, 99)))
def test_codes_go_up_and_run_out(taken: set[int]) -> None:
    codes = [f"0401{number:02}" for number in taken]
    if 99 in taken:
        with pytest.raises(versions.NoCodeLeft):
            versions.next_code("0401", codes)
    else:
        code = versions.next_code("0401", codes)
        assert code not in codes
        assert int(code[4:]) > max(taken, default=0)
