"""docs/reference/admission.md, drawn from the table of the admission, its checks and the roles' data."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path

from django.conf import settings

from wangge.catalogue.rules.admission import (
    DESCRIBES_A_TASK,
    ENDED,
    LONGEST_TERM_DAYS,
    NEEDED,
    STEPS,
    TIME,
    WRITABLE,
)
from wangge.catalogue.rules.checks import LIKE_FROM, MOST_ALIKE
from wangge.catalogue.types import AdmissionState, ApplicationKind
from wangge.project.reference_command import ReferenceCommand

TARGET: Path = settings.ROOT / "docs/reference/admission.md"
ROLES: Path = settings.ROOT / "data/roles/roles.toml"

HEAD = """# How a task comes on the list

Written by `manage.py admission_reference` from `src/wangge/catalogue/rules/admission.py`; don't edit by hand.

Terms in Chinese stand in the [glossary](../glossary.md), the reasons in
[decision 0015](../decisions/0015-admission.md), how it is done in the [guide](../guides/task-list-reviewer.md).
"""


def reference() -> str:
    """The whole page."""
    return "\n".join(
        [
            HEAD,
            "## States\n",
            *_states(),
            "\n## Steps\n",
            "Applicant, reviewer and approver are three people, looked up in the history. `time` is the days of the "
            "versions.\n",
            *_diagram(),
            "",
            *_steps(),
            "\n## What an application must say\n",
            *_needed(),
            "\n## Numbers of our own\n",
            f"A temporary item holds for at most {LONGEST_TERM_DAYS} days. A task is shown as like another from "
            f"{LIKE_FROM:.0%} of its names or words on, at most {MOST_ALIKE} of them. The ceiling of a grid's month is "
            "data (`data/catalogue/load_ceilings.csv`).\n",
            "## Who holds the permissions\n",
            *_holders(),
            "",
        ]
    )


def _states() -> Iterator[str]:
    yield "| state | what it is |"
    yield "|---|---|"
    for state in AdmissionState:
        yield f"| `{state}` | {_what_it_is(state)} |"


def _what_it_is(state: AdmissionState) -> str:
    if state in WRITABLE:
        return "the department writes"
    if state in ENDED:
        return "ended"
    return "goes on by time" if any(step.by == TIME and state in step.sources for step in STEPS) else "is decided about"


def _diagram() -> Iterator[str]:
    yield "```mermaid"
    yield "stateDiagram-v2"
    for step in STEPS:
        for source in sorted(step.sources):
            yield f"    {source} --> {step.target}: {step.action}"
    yield "```"


def _steps() -> Iterator[str]:
    yield "| step | from | to | by | with a reason |"
    yield "|---|---|---|---|---|"
    for step in STEPS:
        sources = _code(state for state in AdmissionState if state in step.sources)
        yield f"| `{step.action}` | {sources} | `{step.target}` | `{step.by}` | {'yes' if step.needs_note else '–'} |"


def _needed() -> Iterator[str]:
    yield "| application | must say |"
    yield "|---|---|"
    for kind in ApplicationKind:
        fields = ("fields, each with its reason",) if kind in DESCRIBES_A_TASK else ()
        yield f"| `{kind}` | {', '.join((*(f'`{name}`' for name in NEEDED[kind]), *fields))} |"


def _holders() -> Iterator[str]:
    roles = tomllib.loads(ROLES.read_text(encoding="utf-8"))
    yield "| permission | roles |"
    yield "|---|---|"
    for permission in sorted({step.by for step in STEPS} - {TIME}):
        holders = [code for code, role in roles.items() if permission in role["permissions"]]
        yield f"| `{permission}` | {_code(holders) or 'nobody yet'} |"


def _code(words: Iterable[str]) -> str:
    return ", ".join(f"`{word}`" for word in words)


class Command(ReferenceCommand):
    help = "Write docs/reference/admission.md from the table; with --check only say whether it is up to date."
    target = TARGET
    page = staticmethod(reference)
