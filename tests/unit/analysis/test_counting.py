"""What a case adds to which index, path by path."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.analysis.histories import URB, WAT, A, facts, figure, handled, window
from tests.unit.calendars import local
from wangge.analysis.rules.facts import CaseFacts
from wangge.cases.types import Rating

START, IN_TIME, LATE = "2026-11-09 09:00", "2026-11-09 17:00", "2026-11-12 10:00"
ACCEPTED = ((START, A.SUBMIT), (START, A.ACCEPT))
SENT = (*ACCEPTED, (START, A.DISPATCH))
SIGNED = (*SENT, (START, A.SIGN))


def pair(cases: object, index: str, **more: object) -> tuple[object, int]:
    found = figure(cases if isinstance(cases, list) else [cases], index, **more)  # type: ignore[arg-type, list-item]
    return found.a, found.n


# --- receiving ---------------------------------------------------------------------------------------


def test_a_report_counts_when_it_comes_in_whatever_becomes_of_it() -> None:
    refused = facts((START, A.SUBMIT), (START, A.REFUSE, {"reason": "OTHER_CHANNEL"}))
    merged = facts((START, A.SUBMIT), (START, A.MERGE, {"into": "2"}))
    assert pair([refused, merged], "reported") == (2, 0)
    assert pair([refused, merged], "refused") == (1, 0)
    assert pair([refused, merged], "merged") == (1, 0)
    assert pair([refused, merged], "accepted") == (0, 0)


def test_acceptance_is_timely_within_its_limit_and_waits_for_the_reporter() -> None:
    in_time = facts(("2026-11-09 09:00", A.SUBMIT), ("2026-11-09 11:00", A.ACCEPT))
    late = facts(("2026-11-09 09:00", A.SUBMIT), ("2026-11-09 11:01", A.REFUSE, {"reason": "OTHER_CHANNEL"}))
    asked = facts(
        ("2026-11-09 09:00", A.SUBMIT),
        ("2026-11-09 10:00", A.RETURN_TO_REPORTER),
        ("2026-11-11 10:00", A.SUPPLEMENT),
        ("2026-11-11 11:00", A.ACCEPT),
    )
    waiting = facts(("2026-11-09 09:00", A.SUBMIT))
    withdrawn = facts(("2026-11-09 09:00", A.SUBMIT), ("2026-11-09 15:00", A.WITHDRAW))
    assert pair([in_time, late, asked, waiting, withdrawn], "accept_timely_rate") == (2, 4)


def test_a_report_not_yet_due_is_neither_timely_nor_late() -> None:
    waiting = facts((START, A.SUBMIT), until=local("2026-11-09 10:00"))
    assert pair(waiting, "accept_timely_rate", over=window(cut_off="2026-11-09 10:00")) == (0, 0)


# --- dispatching -------------------------------------------------------------------------------------


def test_an_upheld_return_is_a_dispatch_that_went_wrong_and_a_new_one() -> None:
    case = facts(*SENT, (START, A.REQUEST_RETURN), (IN_TIME, A.UPHOLD_RETURN))
    assert pair(case, "dispatched") == (2, 0)
    assert pair(case, "returns_asked", unit=URB) == (1, 0)
    assert pair(case, "returns_upheld", unit=URB) == (1, 0)
    assert pair(case, "returns_refused", unit=URB) == (0, 0)
    assert pair(case, "dispatch_accuracy") == (1, 2)
    assert pair(case, "return_rate", unit=URB) == (1, 1)
    assert pair(case, "return_rate", unit=WAT) == (0, 1)
    assert pair(case, "fair_return_rate", unit=URB) == (1, 1)


def test_a_refused_return_is_counted() -> None:
    case = facts(*SENT, (START, A.REQUEST_RETURN), (IN_TIME, A.REFUSE_RETURN))
    assert pair(case, "returns_asked", unit=URB) == pair(case, "returns_refused", unit=URB) == (1, 0)
    assert pair(case, "returns_refused") == (1, 0)  # of the county
    assert pair(case, "returns_upheld", unit=URB) == (0, 0)
    assert pair(case, "dispatch_accuracy") == (1, 1)
    assert pair(case, "return_rate", unit=URB) == (1, 1)
    assert pair(case, "fair_return_rate", unit=URB) == (0, 1)


def test_a_return_does_not_stop_the_clock() -> None:
    case = facts(*SIGNED, (START, A.REQUEST_RETURN), (IN_TIME, A.REFUSE_RETURN), (LATE, A.SUBMIT_RESULT))
    assert pair(case, "on_time_closure_rate", unit=URB) == (0, 1)


# --- handling ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("result", "on_time"), [("2026-11-09 18:00", 1), ("2026-11-10 09:00", 0)])
def test_finished_is_when_the_accepted_result_was_submitted(result: str, on_time: int) -> None:
    """Eight working hours from Monday 09:00 end at 18:00; the check may come a week later."""
    case = facts(*SIGNED, (result, A.SUBMIT_RESULT), ("2026-11-16 09:00", A.VERIFY), ("2026-11-16 09:00", A.FEEDBACK))
    assert pair(case, "on_time_closure_rate", unit=URB) == (on_time, 1)


def test_a_result_that_was_sent_back_is_not_the_finish() -> None:
    case = facts(
        *SIGNED, (IN_TIME, A.SUBMIT_RESULT), ("2026-11-12 09:00", A.REWORK), ("2026-11-16 09:00", A.SUBMIT_RESULT)
    )
    assert pair(case, "on_time_closure_rate", unit=URB) == (0, 1)


def test_time_that_waits_for_the_check_does_not_count() -> None:
    """Seven hours used, two days waiting for the check, half an hour of rework: within eight hours."""
    case = facts(
        *SIGNED,
        ("2026-11-09 17:00", A.SUBMIT_RESULT),
        ("2026-11-11 17:00", A.REWORK),
        ("2026-11-11 17:30", A.SUBMIT_RESULT),
    )
    assert pair(case, "on_time_closure_rate", unit=URB) == (1, 1)


def test_an_approved_extension_moves_the_deadline() -> None:
    case = facts(
        *SIGNED, (START, A.REQUEST_EXTENSION), (START, A.APPROVE_EXTENSION), ("2026-11-10 17:00", A.SUBMIT_RESULT)
    )
    assert case.rounds[0].due_at == local("2026-11-10 18:00")
    assert pair(case, "on_time_closure_rate", unit=URB) == (1, 1)


def test_what_is_suspended_is_due_nowhere_and_in_the_stock() -> None:
    case = facts(*SIGNED, (START, A.SUSPEND))
    assert pair(case, "on_time_closure_rate") == (0, 0)
    assert pair(case, "suspended_stock", unit=URB) == (1, 0)
    resumed = facts(*SIGNED, (START, A.SUSPEND), ("2026-11-30 09:00", A.RESUME))
    assert pair(resumed, "suspended_stock") == (0, 0)
    assert pair(resumed, "suspended_stock", over=window(end="2026-11-20 00:00")) == (1, 0)


def test_what_is_not_due_yet_is_not_late() -> None:
    case = facts(*SENT, until=local("2026-11-09 12:00"))
    assert pair(case, "overdue_rate", over=window(cut_off="2026-11-09 12:00")) == (0, 0)
    assert pair(case, "overdue_rate", over=window(cut_off="2026-11-09 18:01")) == (1, 1)


def test_the_unit_that_has_it_last_answers_for_the_deadline() -> None:
    case = facts(*SIGNED, (START, A.TRANSFER), (IN_TIME, A.SIGN), (LATE, A.SUBMIT_RESULT))
    assert pair(case, "overdue_rate", unit=URB) == (0, 0)
    assert pair(case, "overdue_rate", unit=WAT) == (1, 1)


def test_a_reopened_case_is_due_again() -> None:
    case = facts(*handled(START, IN_TIME), ("2026-11-16 09:00", A.REOPEN), ("2026-11-18 09:00", A.SUBMIT_RESULT))
    assert pair(case, "on_time_closure_rate", unit=URB) == (1, 2)
    assert pair(case, "reopen_rate", unit=URB) == (1, 1)
    assert pair(case, "rework_rate", unit=URB) == (1, 1)
    assert pair(case, "closure_rate") == (0, 1)


def test_a_reopening_after_thirty_days_is_not_the_same_matter() -> None:
    case = facts(*handled("2026-10-09 09:00", "2026-10-09 17:00"), ("2026-11-09 09:00", A.REOPEN))
    assert pair(case, "reopen_rate", over=window("2026-10-01 00:00", "2026-11-01 00:00")) == (0, 1)


def test_net_hours_leave_out_suspension_and_waiting() -> None:
    case = facts(
        *SIGNED,
        ("2026-11-09 10:00", A.SUSPEND),
        ("2026-11-10 10:00", A.RESUME),
        ("2026-11-10 12:00", A.SUBMIT_RESULT),
        ("2026-11-11 12:00", A.VERIFY),
        ("2026-11-11 12:00", A.FEEDBACK),
    )
    found = figure([case], "median_handling_hours")
    assert (found.a, found.b, found.n) == (3.0, 3.0, 1)


# --- verifying and closing ---------------------------------------------------------------------------


def test_a_self_handled_case_that_was_not_sampled_was_not_verified() -> None:
    own = (*ACCEPTED, (START, A.SELF_HANDLE), (IN_TIME, A.SUBMIT_RESULT))
    skipped = facts(*own, (IN_TIME, A.VERIFY, {"reason": "NOT_SAMPLED"}), (IN_TIME, A.FEEDBACK))
    assert pair(skipped, "first_pass_rate") == (0, 0)
    assert pair(skipped, "level_split.GRID") == (1, 1)
    assert pair(facts(*own, (IN_TIME, A.VERIFY)), "first_pass_rate") == (1, 1)


def test_the_first_verification_decides_the_first_pass() -> None:
    case = facts(*SIGNED, (IN_TIME, A.SUBMIT_RESULT), (IN_TIME, A.REWORK), (LATE, A.SUBMIT_RESULT), (LATE, A.VERIFY))
    assert pair(case, "first_pass_rate", unit=URB) == (0, 1)
    assert pair(case, "verified", unit=URB) == (2, 0)
    assert pair(case, "sent_back", unit=URB) == (1, 0)


def rated(number: str, *, contact: bool, **said: object) -> CaseFacts:
    road = handled(START, IN_TIME, (LATE, A.RATE, {"by": "REVISIT", "rating": "SATISFIED", "solved": True} | said))
    return facts(*road, number=number, is_contactable=contact)


def test_satisfaction_and_its_coverage_are_of_the_same_people() -> None:
    """Who left a contact and did not rate unasked: the revisit reached two of three, and one of the two was content."""
    content = rated("1", contact=True)
    not_content = rated("2", contact=True, rating="NOT_SATISFIED", solved=False)
    not_reached = facts(*handled(START, IN_TIME), number="3", is_contactable=True)
    unasked = [rated(str(n), contact=True, by="REPORTER") for n in range(10, 14)]
    nobody_to_call = [rated(str(n), contact=False, by="REPORTER", rating="BASICALLY") for n in range(20, 35)]
    silent = facts(*handled(START, IN_TIME), number="40")
    cases = [content, not_content, not_reached, *unasked, *nobody_to_call, silent]
    assert pair(cases, "revisit_rate", unit=URB) == (2, 3)
    assert pair(cases, "satisfaction_rate", unit=URB) == (1, 2)
    assert pair(cases, "solved_rate", unit=URB) == (1, 2)
    assert sum(pair(cases, f"ratings.{one.value}")[0] or 0 for one in Rating) == 2
    assert pair(cases, "other_ratings", unit=URB) == (19, 0)
    assert pair(cases, "other_ratings_no_contact", unit=URB) == (15, 0)
    assert pair(cases, "other_satisfaction", unit=URB) == (19, 19)


def test_whoever_left_no_contact_was_not_called_whoever_wrote_the_answer_down() -> None:
    told_in_person = rated("1", contact=False)
    assert pair(told_in_person, "satisfaction_rate") == pair(told_in_person, "revisit_rate") == (0, 0)
    assert pair(told_in_person, "other_ratings_no_contact") == (1, 0)


def test_solved_counts_only_where_it_was_asked() -> None:
    asked = rated("1", contact=True, rating="BASICALLY", solved=False)
    silent = rated("2", contact=True, solved=None)
    assert pair([asked, silent], "solved_rate", unit=URB) == (0, 1)
    assert pair([asked, silent], "satisfaction_rate", unit=URB) == (2, 2)


def test_a_voided_case_should_never_have_been_one() -> None:
    case = facts(*SIGNED, (START, A.VOID, {"reason": "TEST"}))
    assert pair(case, "reported") == (0, 0)
    assert pair(case, "overdue_rate") == (0, 0)
    assert pair(case, "voided") == (1, 0)


def test_a_sub_case_is_no_report_but_its_unit_answers_for_it() -> None:
    case = facts((START, A.ASSIST), (START, A.SIGN), (LATE, A.SUBMIT_RESULT), (LATE, A.VERIFY), (LATE, A.FEEDBACK))
    assert case.is_sub_case
    for index in ("reported", "accepted", "closed"):
        assert pair(case, index) == (0, 0)
    assert pair(case, "closure_rate") == (0, 0)
    assert pair(case, "overdue_rate", unit=WAT) == (1, 1)
    assert pair(case, "first_pass_rate", unit=WAT) == (1, 1)


def test_an_extension_before_a_reopening_is_not_forgotten() -> None:
    first = (*SIGNED, (START, A.REQUEST_EXTENSION), (START, A.APPROVE_EXTENSION))
    again = ((IN_TIME, A.REOPEN), (LATE, A.SUBMIT_RESULT), (LATE, A.VERIFY), (LATE, A.FEEDBACK))
    case = facts(*first, (START, A.SUBMIT_RESULT), (START, A.VERIFY), (START, A.FEEDBACK), *again)
    assert pair(case, "extension_rate", unit=URB) == (1, 1)


# --- supervising -------------------------------------------------------------------------------------

ORDERED = (*SIGNED, (START, A.SUPERVISE, {"until": "2026-11-12"}))


@pytest.mark.parametrize(
    ("more", "counted"),
    [
        (((LATE, A.SUBMIT_RESULT),), (1, 1)),
        ((("2026-11-13 09:00", A.SUBMIT_RESULT),), (0, 1)),
        ((), (0, 1)),
        (((IN_TIME, A.RELEASE),), (0, 0)),
        (((LATE, A.SUBMIT_RESULT), (LATE, A.REWORK)), (0, 1)),
    ],
)
def test_an_order_is_kept_when_the_result_comes_by_its_last_day(more: tuple[object, ...], counted: object) -> None:
    assert pair(facts(*ORDERED, *more), "supervise_on_time_rate", unit=URB) == counted  # type: ignore[arg-type]


@pytest.mark.parametrize(("more", "counted"), [((), (1, 1)), (((LATE, A.REWORK),), (0, 1))])
def test_an_order_that_finds_the_result_there_is_kept_unless_the_check_fails(
    more: tuple[Any, ...], counted: object
) -> None:
    done = (*SIGNED, (START, A.SUBMIT_RESULT), (IN_TIME, A.SUPERVISE, {"until": "2026-11-12"}), *more)
    assert pair(facts(*done), "supervise_on_time_rate", unit=URB) == counted


def test_urges_stand_beside_the_cases_in_hand() -> None:
    case = facts(*SIGNED, (IN_TIME, A.URGE), (LATE, A.URGE))
    assert pair(case, "urge_count_per_case", unit=URB) == (2, 1)


# --- exclusions --------------------------------------------------------------------------------------


def test_an_exclusion_leaves_the_raw_figure_as_it_is() -> None:
    late = [facts(*handled(START, LATE), number="A"), facts(*handled(START, IN_TIME), number="B")]
    found = figure(late, "on_time_closure_rate", unit=URB, excluded={"A": frozenset({"on_time_closure_rate"})})
    assert (found.a, found.n, found.adjusted_a, found.adjusted_n) == (1, 2, 1, 1)
    other = figure(late, "overdue_rate", unit=URB, excluded={"A": frozenset({"on_time_closure_rate"})})
    assert not other.is_adjusted
    everything = figure(late, "level_split.COUNTY", excluded={"A": frozenset({""})})
    assert (everything.n, everything.adjusted_n) == (2, 1)


def test_a_place_corrected_after_the_cut_off_was_another_place_then() -> None:
    moved = {"place": {"was": "320115003001002", "grid": "320115003001001"}}
    road = (("2026-11-09 09:00", A.SUBMIT), ("2026-11-12 09:00", A.ACCEPT, moved))
    assert facts(*road, until=local("2026-11-10 09:00")).area == "320115003001002"
    assert facts(*road).area == "320115003001001"
