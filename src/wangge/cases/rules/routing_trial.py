"""What a draft of routing rules would have done with cases that have run already. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from wangge.cases.rules.routing import Facts, Matter, Router, is_working_time
from wangge.cases.rules.routing_check import Conflict, Report
from wangge.foundation.worktime import LOCAL, Calendar

#: So many case numbers and ways from one unit to another are kept for people to look at.
SAMPLE, MOST_WAYS = 20, 20


@dataclass(frozen=True, slots=True)
class PastCase:
    """A case as it was when it was accepted, and what became of it: where it was sent, whether it came back."""

    case_no: str
    area: str
    task: str
    weight: str
    at: datetime
    sent_to: str = ""
    came_back: bool = False


class Trial:
    """A draft and the rules in force, tried on case after case."""

    def __init__(self, draft: Router, in_force: Router, matters: Mapping[str, Matter], calendar: Calendar) -> None:
        self._draft, self._in_force, self._matters, self._calendar = draft, in_force, matters, calendar
        self.counts: Counter[str] = Counter()
        self._hits: Counter[int] = Counter()
        self._elsewhere_by_rule: Counter[int] = Counter()
        self._ways: Counter[tuple[str, str]] = Counter()
        self._sample: list[dict[str, str]] = []

    def add(self, cases: Iterable[PastCase]) -> None:
        """Route each by both sets of rules and note where they part."""
        for case in cases:
            matter = self._matters.get(case.task)
            self.counts["cases"] += 1
            if matter is None:
                self.counts["off_list"] += 1
            else:
                self._compare(case, self._facts(matter, case))

    def _facts(self, matter: Matter, case: PastCase) -> Facts:
        day = case.at.astimezone(LOCAL).date()
        return Facts(matter, case.area, day, is_working_time(case.at, self._calendar), case.weight)

    def _compare(self, case: PastCase, facts: Facts) -> None:
        order, unit = self._draft.decide(facts)
        now = self._in_force.decide(facts)[1]
        goes, went = unit.code if unit else "", now.code if now else ""
        if order is None:
            self.counts["no_rule"] += 1
        else:
            self._hits[order] += 1
            self.counts["no_target"] += unit is None
        self._against_rules(case, order, went, goes)
        if case.sent_to:
            self._against_past(case, goes)

    def _against_rules(self, case: PastCase, order: int | None, went: str, goes: str) -> None:
        if went == goes:
            return
        self.counts["elsewhere_than_in_force"] += 1
        self._elsewhere_by_rule[order or 0] += 1
        self._ways[went, goes] += 1
        if len(self._sample) < SAMPLE:
            self._sample.append({"case_no": case.case_no, "in_force": went, "draft": goes, "really": case.sent_to})

    def _against_past(self, case: PastCase, goes: str) -> None:
        self.counts["sent"] += 1
        self.counts["came_back"] += case.came_back
        if goes != case.sent_to:
            self.counts["elsewhere_than_really"] += 1
            self.counts["came_back_elsewhere"] += case.came_back

    def result(self) -> dict[str, Any]:
        """Everything as data: counts, hits by rule, ways from one unit to another, some case numbers."""
        names = ("cases", "off_list", "no_rule", "no_target", "elsewhere_than_in_force", "sent", "came_back",
                 "elsewhere_than_really", "came_back_elsewhere")  # fmt: skip
        return {
            "counts": {name: self.counts[name] for name in names},
            "rules": [
                {
                    "order": order,
                    "name_zh": rule.name_zh,
                    "name_en": rule.name_en,
                    "hits": self._hits[order],
                    "elsewhere": self._elsewhere_by_rule[order],
                }
                for order, rule in enumerate(self._draft.rules, 1)
            ],
            "ways": [
                {"in_force": way[0], "draft": way[1], "count": count}
                for way, count in sorted(self._ways.items(), key=lambda one: (-one[1], one[0]))[:MOST_WAYS]
            ],
            "sample": self._sample,
        }


def report_as_data(report: Report) -> dict[str, Any]:
    """What a check found, as data that is kept with a trial and read by pages."""
    return {
        "dead": [{"order": one.order, "behind": list(one.behind)} for one in report.dead],
        "conflicts": [_conflict(one) for one in report.conflicts],
        "missing": [
            {"order": one.order, "towns": list(one.towns), "departments": list(one.departments)}
            for one in report.missing
        ],
        "unknown_units": [{"order": one.order, "unit": one.unit} for one in report.unknown_units],
        "gaps": [{"task": one.task, "order": one.order, "towns": list(one.towns)} for one in report.gaps],
    }


def _conflict(one: Conflict) -> dict[str, Any]:
    facts = one.example
    return {
        "earlier": one.earlier,
        "later": one.later,
        "example": {
            "task": facts.matter.code,
            "area": facts.area,
            "weight": facts.weight,
            "works": facts.works,
            "day": facts.day.isoformat(),
        },
    }
