"""Every setting is documented, and only by what the code reads."""

from __future__ import annotations

import re

from django.core.management import call_command

from tests.house.source import PACKAGE, ROOT
from wangge.project.management.commands.settings_reference import MEANINGS, SOURCE, settings_read

#: Read by ./dev and the container, before or beside Django.
OF_THE_SCRIPTS = {"PORT", "HOST", "WEB_WORKERS", "WEB_THREADS"}


def test_the_page_is_up_to_date() -> None:
    call_command("settings_reference", check=True)


def test_a_secret_can_come_from_a_file() -> None:
    names = {setting.name for setting in settings_read(SOURCE.read_text(encoding="utf-8"))}
    assert names == set(MEANINGS)
    assert {"SECRET_KEY", "CONTACT_KEY"} <= names


def test_settings_are_read_in_one_file() -> None:
    reading = {
        path.relative_to(PACKAGE).as_posix()
        for path in PACKAGE.rglob("*.py")
        if re.search(r"os\.environ|os\.getenv|\benv\.(text|flag|number|words)\(", path.read_text(encoding="utf-8"))
    }
    assert reading <= {"project/env.py", "project/settings.py", "project/wsgi.py", "project/asgi.py",
                       "project/management/commands/settings_reference.py"}  # fmt: skip


def test_the_example_names_only_settings_that_exist() -> None:
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    named = {name.removesuffix("_FILE") for name in re.findall(r"WANGGE_([A-Z0-9_]+)=", example)}
    assert named <= set(MEANINGS) | OF_THE_SCRIPTS
