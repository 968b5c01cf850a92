"""Is everything people read translated into Chinese? English is what the code says and needs no catalogue."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import polib  # type: ignore[import-untyped]
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import template

SOURCE: Path = settings.ROOT / "src" / "wangge"
LANGUAGE = "zh_Hans"
KEYWORDS = (
    "gettext_noop", "gettext_lazy", "ngettext_lazy:1,2", "pgettext:1c,2", "pgettext_lazy:1c,2",
    "npgettext:1c,2,3", "npgettext_lazy:1c,2,3", "_", "translate",
)  # fmt: skip

Key = tuple[str, str]  # context, msgid


class Command(BaseCommand):
    help = "Compare the messages of code and templates with the Chinese catalogues."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="fail if anything is missing")
        parser.add_argument("--under", default="", help="only messages used below this folder of src/wangge")

    def handle(self, *args: Any, **options: Any) -> None:
        used = messages_used()
        faults = [*_missing(used, options["under"]), *_faults_of_catalogues(used)]
        for fault in faults:
            self.stdout.write(fault)
        if faults and options["check"]:
            raise CommandError(f"{len(faults)} faults in the translations.")
        self.stdout.write(f"{len(used)} messages, {len(faults)} faults.")


def messages_used() -> polib.POFile:
    """Every message of the Python files and templates, with where it stands."""
    with TemporaryDirectory() as folder:
        work = Path(folder)
        copies = [_copy(file, work) for file in _sources()]
        target = work / "found.pot"
        subprocess.run(  # noqa: S603 - our own files
            [  # noqa: S607
                "xgettext", "--language=Python", "--from-code=UTF-8", "--add-comments=Translators", "--no-wrap",
                *(f"--keyword={word}" for word in KEYWORDS), f"--output={target}", "--files-from=-",
            ],
            input="\n".join(copies), text=True, check=True, cwd=work,
        )  # fmt: skip
        return polib.pofile(str(target))


def _sources() -> Iterator[Path]:
    for ending in ("*.py", "*.html", "*.txt"):
        yield from sorted(path for path in SOURCE.rglob(ending) if "migrations" not in path.parts)


def _copy(file: Path, work: Path) -> str:
    """The file as Python that xgettext reads: templates are turned into their messages."""
    name = str(file.relative_to(SOURCE))
    text = file.read_text(encoding="utf-8")
    copy = work / (name if file.suffix == ".py" else f"{name}.py")
    copy.parent.mkdir(parents=True, exist_ok=True)
    copy.write_text(text if file.suffix == ".py" else template.templatize(text, origin=name), encoding="utf-8")
    return str(copy.relative_to(work))


def _missing(used: polib.POFile, under: str) -> Iterator[str]:
    known = {_key(entry) for file in catalogues() for entry in polib.pofile(str(file)) if entry.translated()}
    for entry in used:
        places = [name.removesuffix(".html.py") for name, _ in entry.occurrences if name.startswith(under)]
        if places and _key(entry) not in known:
            yield f"no Chinese: {_shown(entry)}  ({places[0]})"


def _faults_of_catalogues(used: polib.POFile) -> Iterator[str]:
    wanted = {_key(entry) for entry in used}
    said: dict[Key, tuple[str, Path]] = {}
    for file in catalogues():
        name = file.relative_to(SOURCE).parts[:-4]
        for entry in polib.pofile(str(file)):
            if fault := _fault(entry, wanted):
                yield f"{fault}: {_shown(entry)}  ({'/'.join(name)})"
                continue
            words = entry.msgstr or str(entry.msgstr_plural)
            if said.setdefault(_key(entry), (words, file))[0] != words:
                yield f"said in two ways: {_shown(entry)}  ({'/'.join(name)})"


def _fault(entry: polib.POEntry, wanted: set[Key]) -> str:
    if entry.fuzzy:
        return "fuzzy"
    if entry.obsolete:
        return "obsolete"
    if not entry.translated():
        return "empty"
    return "" if _key(entry) in wanted else "not used any more"


def catalogues() -> list[Path]:
    """Our Chinese catalogues, one a room."""
    return sorted(SOURCE.rglob(f"locale/{LANGUAGE}/LC_MESSAGES/django.po"))


def _key(entry: polib.POEntry) -> Key:
    return (entry.msgctxt or "", entry.msgid)


def _shown(entry: polib.POEntry) -> str:
    return f"[{entry.msgctxt}] {entry.msgid!r}" if entry.msgctxt else repr(entry.msgid)
