"""How a task comes on the list, changes and leaves it, over the real operations and database."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from django.db import ProgrammingError, connection, transaction

from tests import town
from tests.db.catalogue.applying import (
    TODAY,
    approved,
    approver,
    complete,
    draft,
    in_final_review,
    lead,
    published,
    reviewer,
    sent,
    state_of,
)
from wangge.catalogue import operations as catalogue
from wangge.catalogue import queries
from wangge.catalogue.models import AdmissionApplication, AdmissionStep, CollectedField, LoadCeiling, TaskItem
from wangge.catalogue.rules.admission import (
    CannotStep,
    Incomplete,
    NoteMissing,
    OwnApplication,
    OwnReview,
    state_after,
)
from wangge.catalogue.rules.versions import EndsTooEarly, LaterVersionPlanned, NothingToChange, StartsInThePast
from wangge.catalogue.types import AdmissionAction, AdmissionState, ApplicationKind, Basis, CheckKind
from wangge.foundation.access import Actor, ActorKind
from wangge.foundation.errors import NotAllowed

pytestmark = pytest.mark.django_db
K = ApplicationKind


@pytest.fixture(autouse=True)
def _list_read_anew() -> Iterator[None]:
    queries.forget()
    yield
    queries.forget()


def days(number: int) -> date:
    return TODAY + timedelta(days=number)


# --- the way of an application --------------------------------------------------------------------------------------


def test_a_new_task_goes_all_the_way_and_is_on_the_list_from_its_day() -> None:
    row = published(day=days(1))
    assert (row.state, row.task_code) == (AdmissionState.PUBLISHED, "040206")
    with pytest.raises(queries.NotAdmitted):
        queries.require_admitted("040206", at=town.AT)
    tomorrow = town.later(days=1)
    assert queries.require_admitted("040206", at=tomorrow).basis is Basis.LIST
    assert queries.task("040206", at=tomorrow).minutes_per_month == 60
    assert catalogue.apply_due_applications(at=town.AT) == 0
    assert catalogue.apply_due_applications(at=tomorrow) == 1
    assert catalogue.apply_due_applications(at=tomorrow) == 0
    assert state_of(row.pk) == AdmissionState.EFFECTIVE


def test_the_state_is_what_the_history_says() -> None:
    row = published(day=TODAY)
    catalogue.apply_due_applications(at=town.AT)
    actions = [AdmissionAction(step.action) for step in queries.history(row)]
    assert state_after(actions) == AdmissionState.EFFECTIVE == state_of(row.pk)
    assert [step.seq for step in queries.history(row)] == list(range(1, len(actions) + 1))
    assert [bool(step.by) for step in queries.history(row)][-1] is False  # time has no account


def test_the_history_is_never_changed() -> None:
    pk = sent()
    step = AdmissionStep.objects.get(application=pk)
    for change in (lambda: AdmissionStep.objects.filter(pk=step.pk).update(note="x"), step.delete):
        with pytest.raises(ProgrammingError), transaction.atomic():
            change()


def test_what_is_sent_is_written_no_more_until_it_is_returned() -> None:
    pk = sent()
    with pytest.raises(catalogue.AlreadySent):
        catalogue.save_application(application_id=pk, said={"purpose": "x"}, actor=lead(), at=town.AT)
    with pytest.raises(catalogue.AlreadySent):
        catalogue.discard_draft(application_id=pk, actor=lead(), at=town.AT)
    catalogue.take_up(application_id=pk, actor=reviewer(), at=town.AT)
    catalogue.return_application(application_id=pk, note="缺少依据", actor=reviewer(), at=town.AT)
    catalogue.save_application(application_id=pk, said={"purpose": "说得更清楚"}, actor=lead(), at=town.AT)
    catalogue.send_application(application_id=pk, actor=lead(), at=town.AT)
    assert state_of(pk) == AdmissionState.APPLIED


def test_all_that_is_missing_is_named_at_once() -> None:
    row = draft(legal_basis="", training="")
    with pytest.raises(Incomplete) as refusal:
        catalogue.send_application(application_id=row.pk, actor=lead(), at=town.AT)
    assert refusal.value.params["fields"] == ["legal_basis", "training", "fields"]
    assert state_of(row.pk) == AdmissionState.DRAFT


def test_a_draft_can_be_thrown_away() -> None:
    pk = complete()
    catalogue.discard_draft(application_id=pk, actor=lead(), at=town.AT)
    assert not AdmissionApplication.objects.filter(pk=pk).exists()


# --- who may --------------------------------------------------------------------------------------------------------


def test_nobody_without_the_right_takes_a_step() -> None:
    pk = in_final_review()
    for actor in (lead(), reviewer(), town.actor("system_administrator"), town.actor("unit_handler")):
        with pytest.raises(NotAllowed):
            catalogue.approve_application(application_id=pk, actor=actor, at=town.AT)
    with pytest.raises(NotAllowed):
        catalogue.draft_application(kind=K.NEW, unit=town.OTHER_DEPARTMENT, actor=lead(), at=town.AT)


def _wearing_every_hat(user: str) -> Actor:
    grants = tuple(
        grant for name in ("unit_lead", "task_list_reviewer", "task_list_approver") for grant in town.actor(name).grants
    )
    return Actor(ActorKind.STAFF, user_id=town.user_id(user), grants=grants)


def test_nobody_reviews_or_approves_their_own_application_whatever_posts_they_hold() -> None:
    both = _wearing_every_hat("unit_lead")
    pk = sent()
    with pytest.raises(OwnApplication):
        catalogue.take_up(application_id=pk, actor=both, at=town.AT)
    catalogue.take_up(application_id=pk, actor=reviewer(), at=town.AT)
    catalogue.forward_application(application_id=pk, note="可行", actor=reviewer(), at=town.AT)
    with pytest.raises(OwnApplication):
        catalogue.approve_application(application_id=pk, actor=both, at=town.AT)


def test_the_approver_is_another_person_than_the_reviewer() -> None:
    pk = in_final_review()
    with pytest.raises(OwnReview):
        catalogue.approve_application(application_id=pk, actor=_wearing_every_hat("task_list_reviewer"), at=town.AT)
    row = AdmissionApplication.objects.get(pk=pk)
    closed = queries.possible_steps(row, queries.history(row), _wearing_every_hat("task_list_reviewer"))
    assert {possible.closed for possible in closed} == {"catalogue.own_review"}


def test_who_holds_a_town_decides_nothing_about_the_list_of_the_county() -> None:
    pk = sent()
    of_a_town = Actor(
        ActorKind.STAFF,
        user_id=1,
        grants=tuple(type(grant)(grant.role, grant.permissions, town.TOWN, None) for grant in reviewer().grants),
    )
    with pytest.raises(queries.NoSuchApplication):
        queries.application(pk, of_a_town)
    with pytest.raises(NotAllowed):
        catalogue.take_up(application_id=pk, actor=of_a_town, at=town.AT)


def test_drafts_are_the_departments_own() -> None:
    pk = complete()
    assert queries.application(pk, lead()).pk == pk
    with pytest.raises(queries.NoSuchApplication):
        queries.application(pk, reviewer())
    catalogue.send_application(application_id=pk, actor=lead(), at=town.AT)
    assert queries.application(pk, reviewer()).pk == pk


def test_steps_out_of_turn_and_without_a_reason_are_refused() -> None:
    pk = sent()
    with pytest.raises(CannotStep):
        catalogue.approve_application(application_id=pk, actor=approver(), at=town.AT)
    catalogue.take_up(application_id=pk, actor=reviewer(), at=town.AT)
    for operation in (catalogue.return_application, catalogue.refuse_application, catalogue.forward_application):
        with pytest.raises(NoteMissing):
            operation(application_id=pk, note="  ", actor=reviewer(), at=town.AT)
    catalogue.refuse_application(application_id=pk, note="已有同类事项", actor=reviewer(), at=town.AT)
    with pytest.raises(CannotStep):
        catalogue.take_up(application_id=pk, actor=reviewer(), at=town.AT)


# --- the checks -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "name"), [("zzmm", "备注"), ("note_1", "家庭成员情况"), ("id_card", "证件"), ("note_1", "重点人员")]
)
def test_what_is_never_held_is_refused_as_soon_as_it_is_written(code: str, name: str) -> None:
    row = draft()
    with pytest.raises(catalogue.ForbiddenField) as refusal:
        catalogue.put_field(
            application_id=row.pk, code=code, name_zh=name, why="要", retention_days=1, actor=lead(), at=town.AT
        )
    assert refusal.value.field == "code"
    assert not row.fields.exists()


def test_a_task_about_people_is_refused_by_its_name() -> None:
    row = draft()
    with pytest.raises(catalogue.ForbiddenField):
        catalogue.save_application(application_id=row.pk, said={"name_zh": "流动人口登记"}, actor=lead(), at=town.AT)


def test_no_approver_overrides_what_is_never_held() -> None:
    pk = in_final_review()
    CollectedField.objects.create(code="household_member", name_zh="家庭成员", name_en="Household member")
    AdmissionApplication.objects.get(pk=pk).fields.create(
        code="household_member", name_zh="家庭成员", name_en="x", why="要", retention_days=1
    )  # as if the lint had learnt the word since it was sent
    with pytest.raises(catalogue.RefusedByCheck):
        catalogue.approve_application(application_id=pk, override="特批", actor=approver(), at=town.AT)
    assert state_of(pk) == AdmissionState.FINAL_REVIEW


def test_what_is_to_be_had_elsewhere_is_shared_not_collected() -> None:
    pk = complete()
    said = {"why": "认主体", "retention_days": 30, "actor": lead(), "at": town.AT}
    catalogue.put_field(application_id=pk, code="unified_social_credit_code", **said)
    with pytest.raises(catalogue.RefusedByCheck) as refusal:
        catalogue.send_application(application_id=pk, actor=lead(), at=town.AT)
    assert refusal.value.params["kind"] == CheckKind.OBTAINABLE
    from wangge.catalogue.types import FieldSource

    catalogue.put_field(application_id=pk, code="unified_social_credit_code", source=FieldSource.SHARE, **said)
    catalogue.send_application(application_id=pk, actor=lead(), at=town.AT)


def test_over_the_ceiling_only_the_approver_lets_it_pass_and_says_why() -> None:
    LoadCeiling.objects.filter(area=town.COUNTY).update(
        minutes_per_month=queries.grid_load(TODAY, county=town.COUNTY).minutes + 59
    )
    pk = in_final_review()
    with pytest.raises(catalogue.OverrideNeeded):
        catalogue.approve_application(application_id=pk, actor=approver(), at=town.AT)
    catalogue.approve_application(application_id=pk, override="只限两个月", actor=approver(), at=town.AT)
    last = queries.history(AdmissionApplication.objects.get(pk=pk))[-1]
    assert last.detail["override"] == "只限两个月"
    assert [one["over"] for one in last.detail["findings"] if one["kind"] == "OVERLOAD"] == [1]


def test_what_is_approved_and_to_come_counts_into_the_month_of_the_next() -> None:
    load = queries.grid_load(TODAY, county=town.COUNTY)
    LoadCeiling.objects.filter(area=town.COUNTY).update(minutes_per_month=load.minutes + 119)
    approved()
    second = in_final_review(name_zh="电动车消防通道停放", keywords=["电动车"])
    with pytest.raises(catalogue.OverrideNeeded):
        catalogue.approve_application(application_id=second, actor=approver(), at=town.AT)


def test_the_ceiling_of_the_nearest_area_counts() -> None:
    LoadCeiling.objects.all().delete()
    assert queries.ceiling_of(town.COUNTY) is None
    LoadCeiling.objects.create(area="", minutes_per_month=100)
    LoadCeiling.objects.create(area=town.COUNTY, minutes_per_month=50)
    assert (queries.ceiling_of(town.COUNTY), queries.ceiling_of("320102")) == (50, 100)


def test_a_likeness_is_shown_with_its_words_and_stops_nobody() -> None:
    like = queries.task(town.GRID_TASK, at=town.AT).name
    pk = complete(name_zh=like, keywords=[])
    found = queries.findings(AdmissionApplication.objects.get(pk=pk), day=TODAY)
    likenesses = [one for one in found if one.kind is CheckKind.LIKENESS]
    assert likenesses[0].about == town.GRID_TASK
    assert like in likenesses[0].said["words"]  # type: ignore[operator]
    catalogue.send_application(application_id=pk, actor=lead(), at=town.AT)


# --- versions -------------------------------------------------------------------------------------------------------


def test_an_amendment_is_a_new_version_from_its_day_and_the_old_one_stays_readable() -> None:
    before = queries.task(town.GRID_TASK, at=town.AT)
    row = published(K.AMENDMENT, task_code=town.GRID_TASK, day=days(3), limit_min=before.limit_min + 60)
    assert queries.task(town.GRID_TASK, at=town.AT) == queries.task(town.GRID_TASK, at=town.later(days=2))
    after = queries.task(town.GRID_TASK, at=town.later(days=3))
    assert (after.limit_min, after.is_draft) == (before.limit_min + 60, False)
    assert [(v.valid_from, v.valid_to) for v in queries.versions_of(town.GRID_TASK)] == [
        (days(3), None),
        (town.SINCE, days(3)),
    ]
    differing = queries.list_changes(TODAY, days(3))
    assert [one.code for one in differing] == [town.GRID_TASK]
    assert "limit_min" in {name for name, _, _ in differing[0].fields}
    assert row.state == AdmissionState.PUBLISHED


def test_a_suspension_ends_the_version_and_begins_it_again_on_its_day() -> None:
    published(K.SUSPENSION, task_code=town.GRID_TASK, day=days(1), resume_on=days(5))
    for day, admitted in ((0, True), (1, False), (4, False), (5, True)):
        at = town.later(days=day)
        if admitted:
            assert queries.require_admitted(town.GRID_TASK, at=at)
        else:
            with pytest.raises(queries.NotAdmitted):
                queries.require_admitted(town.GRID_TASK, at=at)


def test_time_writes_what_becomes_of_an_application() -> None:
    first = published(day=TODAY)
    catalogue.apply_due_applications(at=town.AT)
    published(K.SUSPENSION, task_code=first.task_code, day=days(1), resume_on=days(5))
    seen = []
    for day in range(8):
        catalogue.apply_due_applications(at=town.later(days=day))
        seen.append(state_of(first.pk))
    S = AdmissionState
    assert seen == [S.EFFECTIVE] + [S.SUSPENDED] * 4 + [S.EFFECTIVE] * 3
    later = town.later(days=8)
    second = published(K.AMENDMENT, task_code=first.task_code, day=days(8), at=later)
    catalogue.apply_due_applications(at=later)
    assert (state_of(first.pk), state_of(second.pk)) == (S.AMENDED, S.EFFECTIVE)
    last = town.later(days=9)
    published(K.EXIT, task_code=first.task_code, day=days(9), at=last)
    catalogue.apply_due_applications(at=last)
    assert (state_of(first.pk), state_of(second.pk)) == (S.AMENDED, S.EXITED)


def test_a_task_with_an_exit_date_leaves_by_itself() -> None:
    row = published(day=TODAY, exit_on=days(10))
    catalogue.apply_due_applications(at=town.AT)
    assert queries.require_admitted(row.task_code, at=town.later(days=9)).until == days(10)
    with pytest.raises(queries.NotAdmitted):
        queries.require_admitted(row.task_code, at=town.later(days=10))
    catalogue.apply_due_applications(at=town.later(days=10))
    assert state_of(row.pk) == AdmissionState.EXITED


def test_an_exit_also_ends_what_was_planned() -> None:
    published(K.AMENDMENT, task_code=town.GRID_TASK, day=days(5))
    published(K.EXIT, task_code=town.GRID_TASK, day=days(2))
    for day in (2, 5, 9):
        with pytest.raises(queries.NotAdmitted):
            queries.require_admitted(town.GRID_TASK, at=town.later(days=day))
    assert len(queries.versions_of(town.GRID_TASK)) == 2
    with pytest.raises(catalogue.NotOnTheList):
        catalogue.draft_application(
            kind=K.EXIT, unit=town.DEPARTMENT, task_code=town.GRID_TASK, actor=lead(), at=town.later(days=3)
        )


def test_publishing_never_changes_the_past_nor_crosses_a_planned_version() -> None:
    pk = approved(K.AMENDMENT, task_code=town.GRID_TASK)
    with pytest.raises(StartsInThePast):
        catalogue.publish_application(application_id=pk, day=days(-1), actor=reviewer(), at=town.AT)
    published(K.AMENDMENT, task_code=town.GRID_TASK, day=days(5))
    with pytest.raises(LaterVersionPlanned):
        catalogue.publish_application(application_id=pk, day=days(2), actor=reviewer(), at=town.AT)
    catalogue.publish_application(application_id=pk, day=days(6), actor=reviewer(), at=town.AT)
    late = approved(exit_on=days(3))
    with pytest.raises(EndsTooEarly):
        catalogue.publish_application(application_id=late, day=days(3), actor=reviewer(), at=town.AT)


def test_nothing_is_suspended_that_does_not_hold() -> None:
    pause = approved(K.SUSPENSION, task_code=town.GRID_TASK)
    published(K.EXIT, task_code=town.GRID_TASK, day=days(1))
    with pytest.raises(NothingToChange):
        catalogue.publish_application(application_id=pause, day=days(2), actor=reviewer(), at=town.AT)


def test_the_database_holds_that_versions_never_overlap() -> None:
    held = TaskItem.objects.get(code=town.GRID_TASK)
    held.pk, held.valid_from = None, date(2026, 6, 1)
    from django.db import IntegrityError

    with pytest.raises(IntegrityError, match="task_versions_never_overlap"), transaction.atomic():
        held.save(force_insert=True)
    TaskItem.objects.filter(code=town.GRID_TASK).update(valid_to=date(2026, 6, 1))
    held.save(force_insert=True)
    with connection.cursor() as db:
        db.execute("SELECT count(*) FROM catalogue_taskitem WHERE code = %s", [town.GRID_TASK])
        assert db.fetchone() == (2,)


def test_codes_are_never_given_twice() -> None:
    first = published(day=TODAY)
    published(K.EXIT, task_code=first.task_code, day=days(1))
    second = published(day=days(2))
    assert (first.task_code, second.task_code) == ("040206", "040207")


def test_a_department_asks_for_changes_of_its_own_tasks() -> None:
    with pytest.raises(catalogue.NotYourTask):
        catalogue.draft_application(
            kind=K.AMENDMENT, unit=town.DEPARTMENT, task_code="010101", actor=lead(), at=town.AT
        )


def test_the_loader_leaves_alone_what_an_application_brought(tmp_path: object) -> None:
    published(K.AMENDMENT, task_code=town.GRID_TASK, day=TODAY, limit_min=999)
    added = published(day=TODAY)
    catalogue.load_task_list(folder=town.DATA / "catalogue", valid_from=date(2026, 12, 1))
    at = town.later(days=30)
    assert queries.task(town.GRID_TASK, at=at).limit_min == 999
    assert queries.require_admitted(added.task_code, at=at)
    assert TaskItem.objects.filter(application=None).count() == 82
