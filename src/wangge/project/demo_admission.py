"""Applications for the demo, one in each state that is worth trying; through the operations, as people would."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from wangge.accounts.models import User
from wangge.catalogue import operations as catalogue
from wangge.catalogue.models import AdmissionApplication, TaskSubItem
from wangge.catalogue.operations import TemporaryAsked
from wangge.catalogue.queries import obtainable_fields
from wangge.catalogue.types import ApplicationKind, Clock, FieldSource, Frequency, Priority, ResolveLevel
from wangge.foundation.access import Actor
from wangge.foundation.worktime import LOCAL
from wangge.workforce.queries import actor_for

UNIT = "320115-URB"
K = ApplicationKind
_BASIS = "《城市市容和环境卫生管理条例》(演示文本，条款以实际依据为准)"


class _Desk:
    """The three who take part, at one moment."""

    def __init__(self, at: datetime) -> None:
        self.at = at
        self.lead, self.reviewer, self.approver = (
            _actor(name, at) for name in ("unit_lead", "task_list_reviewer", "task_list_approver")
        )

    def draft(self, name: tuple[str, str], subitem: str, **said: Any) -> int:
        """A new task, with what every one here says alike."""
        row = catalogue.draft_application(kind=K.NEW, unit=UNIT, actor=self.lead, at=self.at)
        words = _WORDS | {"subitem_id": TaskSubItem.objects.get(code=subitem).pk} | said
        self._save(row, words | {"name_zh": name[0], "name_en": name[1]})
        return row.pk

    def change(self, kind: ApplicationKind, code: str, **said: Any) -> int:
        """An amendment, a suspension or an end of a task."""
        row = catalogue.draft_application(kind=kind, unit=UNIT, task_code=code, actor=self.lead, at=self.at)
        carried = {name: _WORDS[name] for name in _TO_FILL if not getattr(row, name)} if kind is K.AMENDMENT else {}
        self._save(row, carried | {"legal_basis": _BASIS} | said)
        for field in row.fields.all():
            self.field(row.pk, field.code, "核对现场情况、安排处置需要")
        return row.pk

    def _save(self, row: AdmissionApplication, said: dict[str, Any]) -> None:
        catalogue.save_application(application_id=row.pk, said=said, actor=self.lead, at=self.at)

    def field(self, pk: int, code: str, why: str, *, days: int = 180) -> None:
        source = FieldSource.SHARE if code in obtainable_fields() else FieldSource.COLLECT
        said: dict[str, Any] = {"code": code, "why": why, "retention_days": days, "source": source}
        catalogue.put_field(application_id=pk, actor=self.lead, at=self.at, **said)

    def fields(self, pk: int) -> int:
        """The place and a photo, as almost everything needs them."""
        self.field(pk, "location", "处置人员要找得到地方")
        self.field(pk, "photo", "看清情况，处置后对照", days=90)
        return pk

    def send(self, pk: int) -> int:
        catalogue.send_application(application_id=pk, actor=self.lead, at=self.at)
        return pk

    def take_up(self, pk: int) -> int:
        catalogue.take_up(application_id=pk, actor=self.reviewer, at=self.at)
        return pk

    def forward(self, pk: int, note: str = "依据清楚，频次合理，建议纳入") -> int:
        catalogue.forward_application(application_id=pk, note=note, actor=self.reviewer, at=self.at)
        return pk

    def approve(self, pk: int) -> int:
        said: dict[str, Any] = {"note": "同意", "actor": self.approver, "at": self.at}
        catalogue.approve_application(application_id=pk, **said)
        return pk

    def all_the_way(self, pk: int, *, after_days: int) -> AdmissionApplication:
        self.approve(self.forward(self.take_up(self.send(pk))))
        day = self.at.astimezone(LOCAL).date() + timedelta(days=after_days)
        return catalogue.publish_application(application_id=pk, day=day, actor=self.reviewer, at=self.at)


#: What an amendment of a task of the draft list has still to say.
_TO_FILL = ("purpose", "post_in_charge", "frequency", "expected_per_month", "staffing", "funding", "training")
_WORDS: dict[str, Any] = {
    "legal_basis": _BASIS,
    "purpose": "让街面好走、好看，问题早发现",
    "post_in_charge": "市容管理科科长",
    "triggers": ["patrol", "report"],
    "frequency": Frequency.WEEKLY.value,
    "expected_per_month": 40,
    "minutes_per_month": 60,
    "staffing": "每个街道增派两名协管员",
    "funding": "每个网格每年 2000 元",
    "training": "上岗前半天，由市容管理科讲解",
    "level": ResolveLevel.GRID.value,
    "limit_min": 480,
    "clock": Clock.WORKING.value,
    "priority": Priority.NORMAL.value,
    "closing_condition_zh": "现场已恢复，照片可见",
    "closing_condition_en": "put right on the spot, seen on the photo",
}


def load_demo_admission(*, at: datetime) -> None:
    """Applications in each interesting state, and two temporary items."""
    past, now = _Desk(at - timedelta(days=20)), _Desk(at)
    running = past.all_the_way(past.fields(past.draft(*_BICYCLES, keywords=["共享单车", "单车乱停"])), after_days=2)
    paused = past.all_the_way(past.fields(past.draft(*_STALLS)), after_days=3)
    catalogue.apply_due_applications(at=at - timedelta(days=10))
    _suspend(_Desk(at - timedelta(days=8)), paused.task_code)
    catalogue.apply_due_applications(at=at)
    now.all_the_way(now.change(K.AMENDMENT, running.task_code, assessment=_EASIER, minutes_per_month=45), after_days=14)
    _under_review(now)
    _temporary(now)


def _suspend(desk: _Desk, code: str) -> None:
    resume = desk.at.astimezone(LOCAL).date() + timedelta(days=40)
    pk = desk.change(K.SUSPENSION, code, assessment="冬季夜市停办，期间没有事可做", resume_on=resume)
    desk.all_the_way(pk, after_days=1)


def _under_review(desk: _Desk) -> None:
    """From a draft that lacks something to one that waits for publication."""
    desk.draft(("社区宣传栏维护", "Care of notice boards"), "0402", legal_basis="", training="")
    desk.send(desk.fields(desk.draft(*_PUDDLES, keywords=["积水", "路面积水"])))
    desk.take_up(
        desk.send(desk.change(K.AMENDMENT, "040201", assessment="店外经营投诉下降，频次可以降低", minutes_per_month=40))
    )
    over = desk.draft(*_LAMPS, minutes_per_month=1800, frequency=Frequency.DAILY.value)
    desk.forward(desk.take_up(desk.send(desk.fields(over))), "工作量大，请审定时考虑网格负担")
    desk.approve(desk.forward(desk.take_up(desk.send(desk.fields(desk.draft(*_BENCHES, minutes_per_month=30))))))
    _returned_and_refused(desk)


def _returned_and_refused(desk: _Desk) -> None:
    back = desk.take_up(desk.send(desk.fields(desk.draft(*_SIGNS))))
    catalogue.return_application(
        application_id=back, note="请写明经费来源，并说明照片为何需要保存 90 天", actor=desk.reviewer, at=desk.at
    )
    no = desk.take_up(desk.send(desk.fields(desk.draft(*_WINDOWS))))
    catalogue.refuse_application(
        application_id=no, note="没有法定依据，且不属于网格员职责", actor=desk.reviewer, at=desk.at
    )


def _temporary(desk: _Desk) -> None:
    today = desk.at.astimezone(LOCAL).date()
    for name, decide in ((_SNOW, True), (_LEAVES, False)):
        asked = TemporaryAsked(
            category="09" if decide else "04",
            name_zh=name[0],
            name_en=name[1],
            why="气象部门发布预警，来不及走准入程序" if decide else "落叶堵塞雨水口，下周有雨",
            minutes_per_month=240 if decide else 120,
            limit_min=240,
            closing_condition_zh="路面和雨水口已清理",
            closing_condition_en="road and gullies are clear",
            valid_from=today,
            valid_to=today + timedelta(days=10),
        )
        item = catalogue.ask_temporary_item(unit=UNIT, asked=asked, actor=desk.lead, at=desk.at)
        if decide:
            reason = "预警期间确有必要，到期自动结束"
            catalogue.consent_to_temporary_item(item_id=item.pk, reason=reason, actor=desk.approver, at=desk.at)


_EASIER = "三周来停放有序，每月四十五分钟够用"
_BICYCLES = ("共享单车停放秩序巡查", "Order of shared bicycles"), "0402"
_STALLS = ("夜市周边保洁巡查", "Cleanliness around night markets"), "0401"
_PUDDLES = ("背街小巷积水点巡查", "Puddles in back lanes"), "0502"
_LAMPS = ("楼道照明每日检查", "Daily check of stairway lamps"), "0603"
_BENCHES = ("公共座椅完好检查", "Condition of public benches"), "0602"
_SIGNS = ("路名牌完好检查", "Condition of street name signs"), "0602"
_WINDOWS = ("临街窗台摆放物检查", "Things on window sills"), "0402"
_SNOW = ("清雪除冰巡查", "Snow and ice patrol")
_LEAVES = ("雨水口落叶清理巡查", "Leaves on rain gullies")


def _actor(username: str, at: datetime) -> Actor:
    return actor_for(user_id=User.objects.get(username=username).pk, at=at)
