from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time

import pytest

from tests.unit.calendars import SHIPPED, local
from wangge.cases.rules.clock import ClockKind, Reading, RunningClock, light_at, read_clocks, running_clock
from wangge.cases.rules.workflow import ENDED, transition_for
from wangge.cases.types import Action, Light, State, Step
from wangge.catalogue.types import DEFAULT_PROFILE, ClockProfile
from wangge.foundation.worktime import Clock, Limit, add_minutes

A = Action
HOUR = 60


def history(*moves: tuple[str | datetime, Action]) -> list[Step]:
    """Steps as the table makes them from (when, what)."""
    state = State.DRAFT
    steps = []
    for when, action in moves:
        row = transition_for(action, state)
        steps.append(Step(action, local(when) if isinstance(when, str) else when, row.target, state))
        state = row.target
    return steps


def with_limit(steps: list[Step], limit: Limit) -> list[Step]:
    """The history as if accepted under a task of this limit."""
    frozen = {"limit_min": limit.minutes, "clock": limit.clock.value, "is_urgent": limit.urgent}
    return [replace(step, detail=step.detail | frozen) if step.action is A.ACCEPT else step for step in steps]


def running(steps: list[Step], limit: Limit) -> RunningClock:
    return running_clock(with_limit(steps, limit), {0: DEFAULT_PROFILE}, SHIPPED)


def read(steps: list[Step], limit: Limit, at: str) -> dict[ClockKind, Reading]:
    return read_clocks(with_limit(steps, limit), {0: DEFAULT_PROFILE}, SHIPPED, local(at))


def taken(at: str) -> list[tuple[str | datetime, Action]]:
    """A report accepted at once and taken on in the grid."""
    return [(at, A.SUBMIT), (at, A.ACCEPT), (at, A.SELF_HANDLE)]


def working(hours: float) -> Limit:
    return Limit(hours * HOUR, Clock.WORKING)


def test_suspended_time_does_not_count() -> None:
    steps = history(*taken("2026-11-23 09:00"), ("2026-11-23 11:00", A.SUSPEND), ("2026-11-24 11:00", A.RESUME))
    assert running(steps, working(8)).due_at == local("2026-11-24 18:00")  # kpis §8.5


def test_while_suspended_the_clock_stands_still() -> None:
    steps = history(*taken("2026-11-23 09:00"), ("2026-11-23 11:00", A.SUSPEND))
    clock = running(steps, working(8))
    assert clock.paused
    assert clock.kind is ClockKind.HANDLING
    assert clock.due_at is None
    assert light_at(local("2026-12-23 11:00"), clock.due_at, clock.warn_at, clock.paused) is Light.GREY


def test_waiting_for_verification_does_not_count_against_the_handler() -> None:
    submitted = history(*taken("2026-11-23 09:00"), ("2026-11-23 12:00", A.SUBMIT_RESULT))
    waiting = running(submitted, working(8))
    assert waiting.kind is ClockKind.VERIFICATION
    assert waiting.due_at == add_minutes(local("2026-11-23 12:00"), 960, Clock.WORKING, SHIPPED).at
    sent_back = history(
        *taken("2026-11-23 09:00"), ("2026-11-23 12:00", A.SUBMIT_RESULT), ("2026-11-25 09:00", A.REWORK)
    )
    assert running(sent_back, working(8)).due_at == local("2026-11-25 15:00")


def test_a_deadline_once_missed_stays_where_it_was() -> None:
    """Sent back on a Saturday, two days after the limit ran out: still late since Thursday."""
    late = history(*taken("2026-11-18 09:00"), ("2026-11-20 12:00", A.SUBMIT_RESULT), ("2026-11-21 10:00", A.REWORK))
    clock = running(late, working(8))
    assert clock.due_at == local("2026-11-18 18:00")
    assert light_at(local("2026-11-21 10:01"), clock.due_at, clock.warn_at, clock.paused) is Light.RED


def test_a_request_to_return_does_not_stop_the_clock() -> None:
    base = [("2026-11-23 09:00", A.SUBMIT), ("2026-11-23 09:00", A.ACCEPT), ("2026-11-23 09:30", A.DISPATCH)]
    asked = history(*base, ("2026-11-23 10:00", A.REQUEST_RETURN))
    refused = history(*base, ("2026-11-23 10:00", A.REQUEST_RETURN), ("2026-11-24 10:00", A.REFUSE_RETURN))
    for steps in (history(*base), asked, refused):
        handling = read(steps, working(8), "2026-11-24 10:00")[ClockKind.HANDLING]
        assert handling.due_at == local("2026-11-23 18:00")
    assert read(asked, working(8), "2026-11-24 10:00")[ClockKind.SIGNING].ended_at == local("2026-11-23 10:00")


def test_reopening_starts_a_fresh_clock() -> None:
    steps = history(
        *taken("2026-11-16 09:00"),
        ("2026-11-16 10:00", A.SUBMIT_RESULT),
        ("2026-11-16 11:00", A.VERIFY),
        ("2026-11-16 12:00", A.FEEDBACK),
        ("2026-11-23 09:00", A.REOPEN),
    )
    assert running(steps, working(8)).due_at == local("2026-11-23 18:00")


def test_each_waiting_has_its_own_clock() -> None:
    reported = history(("2026-11-23 09:00", A.SUBMIT))
    assert running(reported, working(8)).kind is ClockKind.ACCEPTANCE
    assert running(reported, working(8)).due_at == local("2026-11-23 11:00")
    assert DEFAULT_PROFILE.acceptance.minutes == 120
    returned = history(("2026-11-23 09:00", A.SUBMIT), ("2026-11-23 10:00", A.RETURN_TO_REPORTER))
    assert running(returned, working(8)).paused
    again = history(
        ("2026-11-23 09:00", A.SUBMIT),
        ("2026-11-23 10:00", A.RETURN_TO_REPORTER),
        ("2026-11-25 09:00", A.SUPPLEMENT),
    )
    assert running(again, working(8)).due_at == local("2026-11-25 10:00")  # an hour had run
    verified = history(
        *taken("2026-11-23 09:00"), ("2026-11-23 10:00", A.SUBMIT_RESULT), ("2026-11-23 11:00", A.VERIFY)
    )
    assert running(verified, working(8)).kind is ClockKind.FEEDBACK
    assert (DEFAULT_PROFILE.verification.minutes, DEFAULT_PROFILE.feedback.minutes) == (960, 480)


def test_overlays_do_not_move_the_clock() -> None:
    plain = history(("2026-11-23 09:00", A.SUBMIT))
    urged = history(("2026-11-23 09:00", A.SUBMIT), ("2026-11-23 10:00", A.URGE), ("2026-11-23 10:30", A.SUPPLEMENT))
    assert running(urged, working(8)) == running(plain, working(8))


@pytest.mark.parametrize("ending", sorted(ENDED | {State.CLOSED, State.DRAFT}))
def test_no_clock_runs_when_nothing_is_awaited(ending: State) -> None:
    steps = [Step(A.SUBMIT, local("2026-11-23 09:00"), ending)] if ending is not State.DRAFT else []
    clock = running(steps, working(8))
    assert clock.kind is None
    assert light_at(local("2027-01-01 00:00"), clock.due_at, clock.warn_at, clock.paused) is None


def test_lights() -> None:
    clock = running(history(*taken("2026-11-23 09:00")), working(8))
    assert clock.warn_at == local("2026-11-23 16:00")  # a quarter of eight hours before the end
    lights = {at: light_at(local(f"2026-11-23 {at}"), clock.due_at, clock.warn_at, False) for at in
              ("09:00", "15:59", "16:00", "17:59", "18:00", "23:00")}  # fmt: skip
    assert list(lights.values()) == [
        Light.GREEN,
        Light.GREEN,
        Light.YELLOW,
        Light.YELLOW,
        Light.RED,
        Light.RED,
    ]


def test_an_urgent_case_warns_an_hour_before_at_the_latest() -> None:
    urgent = Limit(2 * HOUR, Clock.NATURAL, urgent=True)
    clock = running(history(*taken("2026-11-21 23:30")), urgent)
    assert (clock.warn_at, clock.due_at) == (local("2026-11-22 00:30"), local("2026-11-22 01:30"))
    shorter = running(history(*taken("2026-11-21 23:30")), Limit(30, Clock.NATURAL, urgent=True))
    assert shorter.warn_at == local("2026-11-21 23:30")


def test_a_unit_has_its_own_time_to_sign_and_the_nearer_deadline_presses() -> None:
    sent = history(("2026-11-23 09:00", A.SUBMIT), ("2026-11-23 09:00", A.ACCEPT), ("2026-11-23 10:00", A.DISPATCH))
    long, short = running(sent, working(40)), running(sent, working(2))
    assert (long.kind, long.due_at) == (ClockKind.SIGNING, local("2026-11-23 15:00"))
    assert (short.kind, short.due_at) == (ClockKind.HANDLING, local("2026-11-23 11:00"))
    urgent = running(sent, Limit(40 * HOUR, Clock.WORKING, urgent=True))
    assert urgent.due_at == local("2026-11-23 10:30")  # half an hour by day and night


def test_an_extension_adds_what_was_granted_and_a_fresh_start_forgets_it() -> None:
    extended = [
        *history(*taken("2026-11-23 09:00")),
        Step(
            A.APPROVE_EXTENSION, local("2026-11-23 10:00"), State.IN_PROGRESS, State.IN_PROGRESS, 7, {"extra_min": 240}
        ),
    ]
    assert running(extended, working(8)).due_at == local("2026-11-24 14:00")
    closed = [
        *extended,
        *(
            Step(action, local("2026-11-23 11:00"), state)
            for action, state in (
                (A.SUBMIT_RESULT, State.DISPOSED),
                (A.VERIFY, State.VERIFIED),
                (A.FEEDBACK, State.CLOSED),
            )
        ),
        Step(A.REOPEN, local("2026-11-24 09:00"), State.IN_PROGRESS, State.CLOSED),
    ]
    assert running(closed, working(8)).due_at == local("2026-11-24 18:00")


def test_a_result_waits_for_its_check_only_once_every_part_has_ended() -> None:
    """Waiting for another unit in a joint case is nobody's delay (kpis §0.4)."""
    parts = {"sub_cases": [{"case_no": "1"}, {"case_no": "2"}]}
    joint = [
        *history(*taken("2026-11-23 09:00")),
        Step(A.START_JOINT_HANDLING, local("2026-11-23 10:00"), State.IN_PROGRESS, State.IN_PROGRESS, 7, parts),
        Step(A.SUBMIT_RESULT, local("2026-11-23 11:00"), State.DISPOSED, State.IN_PROGRESS, 7),
        Step(A.END_SUB_CASE, local("2026-11-24 09:00"), State.DISPOSED, State.DISPOSED, None, {"sub_case": "1"}),
    ]
    assert running(joint, working(8)).paused
    last = Step(A.END_SUB_CASE, local("2026-11-25 09:00"), State.DISPOSED, State.DISPOSED, None, {"sub_case": "2"})
    clock = running([*joint, last], working(8))
    assert (clock.kind, clock.paused, clock.due_at) == (ClockKind.VERIFICATION, False, local("2026-11-26 18:00"))


def test_a_reading_says_elapsed_remaining_deadline_and_light() -> None:
    steps = history(*taken("2026-11-23 09:00"), ("2026-11-23 11:00", A.SUSPEND), ("2026-11-24 11:00", A.RESUME))
    reading = read(steps, working(8), "2026-11-24 15:00")[ClockKind.HANDLING]
    assert (reading.elapsed_min, reading.remaining_min) == (5 * HOUR, 3 * HOUR)
    assert (reading.due_at, reading.light(local("2026-11-24 15:00"))) == (local("2026-11-24 18:00"), Light.GREEN)
    assert reading.light(local("2026-11-24 16:30")) is Light.YELLOW
    resting = read(steps, working(8), "2026-11-24 10:00")[ClockKind.HANDLING]
    assert (resting.elapsed_min, resting.due_at, resting.light(local("2026-11-24 10:00"))) == (120, None, Light.GREY)
    late = read(steps, working(8), "2026-11-25 10:00")[ClockKind.HANDLING]
    assert (late.remaining_min, late.light(local("2026-11-25 10:00"))) == (-HOUR, Light.RED)


def test_a_clock_that_has_ended_keeps_the_deadline_it_had() -> None:
    steps = history(*taken("2026-11-23 09:00"), ("2026-11-23 12:00", A.SUBMIT_RESULT))
    handling = read(steps, working(8), "2026-11-27 12:00")[ClockKind.HANDLING]
    assert (handling.ended_at, handling.elapsed_min) == (local("2026-11-23 12:00"), 3 * HOUR)
    assert (handling.due_at, handling.light(local("2026-11-27 12:00"))) == (local("2026-11-23 18:00"), None)


def test_a_centre_counts_by_the_version_its_case_names() -> None:
    """A case accepted under version 7 keeps its hours and limits when the centre adopts others."""
    morning = ClockProfile(
        version=7, hours=((time(8), time(12)),), acceptance=Limit(60, Clock.WORKING), yellow_share=0.5
    )
    report = [Step(A.SUBMIT, local("2026-11-23 11:30"), State.REPORTED, State.DRAFT, None, {"rules": 7})]
    clock = running_clock(report, {0: DEFAULT_PROFILE, 7: morning}, SHIPPED)
    assert (clock.warn_at, clock.due_at) == (local("2026-11-23 12:00"), local("2026-11-24 08:30"))
    assert running_clock(report, {0: DEFAULT_PROFILE}, SHIPPED).due_at == local("2026-11-23 14:30")  # a version unknown


def test_a_deadline_beyond_the_known_calendar_is_provisional() -> None:
    steps = history(*taken("2026-12-31 09:00"))
    assert not running(steps, working(8)).provisional
    assert running(steps, working(16)).provisional
