"""What follows a report by itself, soon after it came in: suggestions, and words to search by. Idempotent."""

from __future__ import annotations

from datetime import datetime

from django.db import connection

from wangge.cases.models import Case, CaseStep, CaseSuggestion
from wangge.cases.routing import matter_of, routing_at
from wangge.cases.rules.searching import search_words
from wangge.cases.rules.suggestions import TaskWords, suggestions_for
from wangge.catalogue import queries as catalogue
from wangge.foundation import events
from wangge.foundation.db import transaction
from wangge.grids.queries import names as place_names
from wangge.workforce import queries as workforce

#: The end of a case number, which people say to each other on the same day.
SERIAL_LENGTH = 6


@transaction
def follow_up(*, case_no: str, at: datetime) -> None:
    """Suggest tasks and units with their reasons, and index the words. Doing it again changes nothing."""
    case = Case.objects.select_for_update().get(case_no=case_no)
    _index_words(case)
    if case.followed_up_at is None:
        _suggest(case, at)
        Case.objects.filter(pk=case.pk).update(followed_up_at=at)
        events.record("cases.case.followed_up", subject=case.case_no, area=case.area, at=at, state=case.state)


def _suggest(case: Case, at: datetime) -> None:
    routing = routing_at(case.area, workforce.units_for_place(case.area, at=at), at=at)

    def unit_of(code: str) -> tuple[str | None, dict[str, object]]:
        routed = routing.route(matter_of(catalogue.task(code, at=at)), case.area, case.weight, at)
        return routed.unit.code if routed.unit else None, routing.reason(routed)

    tasks = [TaskWords(code, words) for code, words in catalogue.task_words(at)]
    found = suggestions_for(case.text, tasks, unit_of, chosen=case.chosen_task)
    CaseSuggestion.objects.bulk_create(
        CaseSuggestion(
            case=case,
            rank=rank,
            task_code=one.task_code,
            unit=one.unit_code or "",
            score=one.score,
            reasons=list(one.reasons),
        )
        for rank, one in enumerate(found)
    )


def _index_words(case: Case) -> None:
    added = CaseStep.objects.filter(case=case, action="supplement").values_list("note", flat=True)
    places = place_names([case.area[:9], case.area[:12], case.area]).values()
    number = (case.case_no, case.case_no[-SERIAL_LENGTH:])
    words = search_words(" ".join([case.text, case.address, *added, *places, *number]))
    with connection.cursor() as db:
        db.execute(
            """INSERT INTO cases_casetext (case_id, county_code, words) VALUES (%s, %s, array_to_tsvector(%s))
               ON CONFLICT (case_id) DO UPDATE SET words = excluded.words""",
            [case.pk, case.area[:6], words],
        )
