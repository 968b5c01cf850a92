"""How units behave: most are punctual; a few odd ones are drawn by lot, so that the indices have something to show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random

#: Usual shares of what a unit does with a case; our own numbers.
LATE, SIGNS_LATE, ASKS_BACK, RESTS, FAILS = 0.05, 0.03, 0.02, 0.012, 0.04
SLOW_MONTHS = (frozenset({6, 7, 8}), frozenset({12, 1, 2}), frozenset({9, 10, 11}))


@dataclass(frozen=True, slots=True)
class Habits:
    """The odd units of a history, by their codes. They are drawn by the seed and say nothing of real units."""

    slow: frozenset[str] = frozenset()
    slow_months: frozenset[int] = frozenset()
    gives_back: frozenset[str] = frozenset()
    lets_rest: frozenset[str] = frozenset()
    does_again: frozenset[str] = frozenset()

    def late(self, unit: str, month: int) -> float:
        """Share of cases settled after their deadline."""
        return 0.34 if unit in self.slow and month in self.slow_months else LATE

    def asks_back(self, unit: str) -> float:
        """Share of cases a unit asks to return."""
        return 0.22 if unit in self.gives_back else ASKS_BACK

    def rests(self, unit: str) -> float:
        """Share of cases for which a suspension is asked."""
        return 0.18 if unit in self.lets_rest else RESTS

    def fails(self, unit: str) -> float:
        """Share of results sent back by the check."""
        return 0.26 if unit in self.does_again else FAILS


@dataclass(frozen=True, slots=True)
class Units:
    """The units in which somebody signs, and how they behave."""

    codes: frozenset[str]
    habits: Habits = field(default_factory=Habits)

    def of(self, county: str, town: str, department: str, level: str) -> str | None:
        """The unit for a matter of a level: a department, a township's office, the team; None where there is none."""
        wanted = {
            "ENFORCEMENT": (f"{county}-TEAM", f"{county}-{department}"),
            "COUNTY": (f"{county}-{department}", f"{county}-CG", f"{county}-URB"),
        }.get(level, (f"{town}-{department}", f"{town}-CENTRE", f"{county}-{department}", f"{county}-URB"))
        return next((code for code in wanted if code in self.codes), None)


def draw_habits(seed: int, units: Sequence[str]) -> Habits:
    """Which units are odd: busy kinds of county departments and township offices, two of each kind of oddness."""
    draw = Random(f"habits:{seed}")
    offices = sorted(code for code in units if code.endswith(("-URB", "-HOU", "-WAT", "-CENTRE", "-EMG", "-FIR")))
    drawn = draw.sample(offices, min(len(offices), 12))
    return Habits(
        slow=frozenset(drawn[0:4]),
        slow_months=draw.choice(SLOW_MONTHS),
        gives_back=frozenset(drawn[4:7]),
        lets_rest=frozenset(drawn[7:9]),
        does_again=frozenset(drawn[9:12]),
    )
