"""The API's description, written down and compared: a change of the API is a change of docs/reference/openapi.json."""

import json
from pathlib import Path

from django.conf import settings
from django.utils import translation

from wangge.project.reference_command import ReferenceCommand

FILE: Path = settings.ROOT / "docs/reference/openapi.json"


def described() -> str:
    """OpenAPI 3.1 of /api/v1 as the running system serves it."""
    from wangge.project.api import api

    with translation.override("en"):
        return json.dumps(api.get_openapi_schema(), indent=1, ensure_ascii=False, sort_keys=True, default=str) + "\n"


class Command(ReferenceCommand):
    help = "Write docs/reference/openapi.json; with --check, say whether it is up to date."
    target = FILE
    page = staticmethod(described)
