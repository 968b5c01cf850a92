"""docs/reference/workflow.md, drawn from the one table of states and transitions and from the roles' data."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path

from django.conf import settings

from wangge.cases.rules.workflow import ENDED, OPEN, PAUSED, STAGE_OF, TRANSITIONS, Transition, Who
from wangge.cases.types import Action, State
from wangge.project.reference_command import ReferenceCommand

TARGET: Path = settings.ROOT / "docs/reference/workflow.md"
STEPS: Path = settings.ROOT / "src/wangge/cases/operations"
ROLES: Path = settings.ROOT / "data/roles/roles.toml"
#: Calls in the step modules that carry an action out.
_CARRY_OUT = {"Command", "Step", "_check", "_answer"}

HEAD = """# States and transitions

Written by `manage.py workflow_reference` from `src/wangge/cases/rules/workflow.py`; don't edit by hand.

Pages draw their buttons from this table and the API its 409s. Terms in Chinese stand in the
[glossary](../glossary.md), the reasons in [decision 0003](../decisions/0003-state-follows-from-history.md).
"""


def reference() -> str:
    """The whole page."""
    modules = step_modules()
    return "\n".join(
        [
            HEAD,
            "## States\n",
            *_states(),
            "\n## Transitions\n",
            "The last column names the module an action is written in.\n",
            *_diagram(TRANSITIONS),
            "",
            *_transitions(TRANSITIONS, modules),
            "\n## Who holds the permissions\n",
            "From `data/roles/roles.toml`. An appointment gives a role for an area, or for the unit of the post. "
            "`reporter` is whoever has the query code, `system` is time and the rules.\n",
            *_holders(),
            "",
        ]
    )


def step_modules() -> dict[Action, tuple[str, ...]]:
    """Which step modules carry out which action, read from their source."""
    found: dict[Action, set[str]] = {}
    for path in sorted([*STEPS.glob("step*.py"), STEPS / "endings.py"]):
        for action in _actions_in(ast.parse(path.read_text(encoding="utf-8"))):
            found.setdefault(action, set()).add(path.name)
    return {action: tuple(sorted(names)) for action, names in found.items()}


def _actions_in(module: ast.Module) -> Iterator[Action]:
    for call in ast.walk(module):
        if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in _CARRY_OUT):
            continue
        for given in call.args:
            if isinstance(given, ast.Attribute) and ast.unparse(given.value) == "Action":
                yield Action[given.attr]


def _states() -> Iterator[str]:
    yield "| state | stage | what it is |"
    yield "|---|---|---|"
    for state in State:
        yield f"| `{state}` | {STAGE_OF[state]} | {_what_it_is(state)} |"


def _what_it_is(state: State) -> str:
    if state in ENDED:
        return "ended"
    if state in PAUSED:
        return "open, the clock stands still"
    if state in OPEN:
        return "open"
    return "answered" if state is State.CLOSED else "not sent yet"


def _diagram(rows: Iterable[Transition]) -> Iterator[str]:
    """Moves between states; overlays, and what leads from everywhere to one state, stand in the table only."""
    edges: dict[tuple[State, State], list[Action]] = {}
    for row in rows:
        if row.sources == OPEN:
            continue
        for source in sorted(row.sources - {row.target}):
            edges.setdefault((source, row.target), []).append(row.action)
    yield "```mermaid"
    yield "stateDiagram-v2"
    for (source, target), actions in edges.items():
        yield f"    {source} --> {target}: {', '.join(actions)}"
    yield "```"


def _transitions(rows: Iterable[Transition], modules: dict[Action, tuple[str, ...]]) -> Iterator[str]:
    yield "| action | from | to | by | needs | written in |"
    yield "|---|---|---|---|---|---|"
    for row in _gathered(rows):
        target = "stays" if row.target in row.sources else f"`{row.target}`"
        written = ", ".join(_link(name) for name in modules.get(row.action, ()))
        needs = _code(row.needs) or "–"
        yield f"| `{row.action}` | {_sources(row)} | {target} | {_code(row.by)} | {needs} | {written or '–'} |"


def _link(module: str) -> str:
    return f"[{module.removesuffix('.py')}](../../src/wangge/cases/operations/{module})"


def _gathered(rows: Iterable[Transition]) -> list[Transition]:
    """An overlay is a row for each state in the table of the code and one row here."""
    overlays: dict[tuple[Action, bool], Transition] = {}
    for row in rows:
        stays = row.target in row.sources
        earlier = overlays.get((row.action, stays))
        sources = row.sources | earlier.sources if earlier else row.sources
        overlays[row.action, stays] = Transition(row.action, sources, row.target, row.by, row.needs)
    return list(overlays.values())


def _sources(row: Transition) -> str:
    if row.sources == OPEN:
        return "every open state"
    missing = OPEN - row.sources
    if row.sources < OPEN and len(missing) <= 2:
        return f"every open state but {_code(sorted(missing))}"
    return _code(state for state in State if state in row.sources)


def _holders() -> Iterator[str]:
    roles = tomllib.loads(ROLES.read_text(encoding="utf-8"))
    asked = {by for row in TRANSITIONS for by in row.by} - set(Who)
    yield "| permission | roles |"
    yield "|---|---|"
    for permission in sorted(asked):
        holders = [code for code, role in roles.items() if permission in role["permissions"]]
        yield f"| `{permission}` | {_code(holders) or 'nobody yet'} |"


def _code(words: Iterable[str]) -> str:
    return ", ".join(f"`{word}`" for word in words)


class Command(ReferenceCommand):
    help = "Write docs/reference/workflow.md from the table; with --check only say whether it is up to date."
    target = TARGET
    page = staticmethod(reference)
