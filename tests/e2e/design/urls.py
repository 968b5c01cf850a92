"""The names of the pages' routes, so that the gallery shows the shells complete."""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path


def nothing(request: HttpRequest, **_: str) -> HttpResponse:
    """Never called: only the names are wanted."""
    return HttpResponse(status=204)


def _names(space: str, *names: str) -> object:
    routes = [path(f"{name}/", nothing, name=name) for name in names]
    return path(f"{space}/", include((routes, space), namespace=space))


urlpatterns = [
    _names("console", "queue", "dispatch", "unit", "verify", "feedback", "cases", "grids", "tasks", "people"),
    _names("resident", "report", "find"),
    _names("terminal", "home", "report"),
    path("accounts/", include("allauth.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
]
