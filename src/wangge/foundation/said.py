"""Problems in words for pages below the roof.

The words of every room's problems stand together in `project.words`. Pages of the lower storeys show a
problem at its field, so the roof hands its function down once, at start.
"""

from __future__ import annotations

from collections.abc import Callable

from wangge.foundation.errors import Problem

Say = Callable[[Problem], str]


def _code_of(problem: Problem) -> str:
    return problem.code


_say: list[Say] = [_code_of]


def use(say: Say) -> None:
    """What says problems from now on (`project.apps` at start)."""
    _say[0] = say


def in_words(problem: Problem) -> str:
    """What happened and what to do, in the reader's language."""
    return _say[0](problem)
