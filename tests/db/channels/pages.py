"""Forms of the doors as a browser sends them."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.test import Client

from tests import town
from wangge.accounts.models import User
from wangge.cases.models import Case


def filled(**said: Any) -> dict[str, Any]:
    """A resident's form as the page sends it; a member that is None is left out."""
    place = town.place()
    form: dict[str, Any] = {
        "client_id": str(uuid4()),
        "crs": "EPSG:4326",
        "text": "小区门口的路灯三天不亮了",
        "lon": f"{place.lon:.6f}",
        "lat": f"{place.lat:.6f}",
        "place_source": "MAP_PIN",
        "task_code": "",
    }
    return {key: value for key, value in (form | said).items() if value is not None}


def signed_in(name: str) -> Client:
    """A browser in which this account is signed in."""
    client = Client()
    client.force_login(User.objects.get(username=name), backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def code_of(case_no: str) -> str:
    """The query code of a case."""
    return Case.objects.values_list("query_code", flat=True).get(case_no=case_no)


def the_case() -> Case:
    """The one case there is."""
    return Case.objects.get()
