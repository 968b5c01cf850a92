"""Addresses of the desk."""

from django.urls import path

from wangge.console.acting import views as acting
from wangge.console.admission.urls import urlpatterns as admission
from wangge.console.assessment.urls import urlpatterns as assessment
from wangge.console.calendar.urls import urlpatterns as calendar
from wangge.console.case import views as case
from wangge.console.cases import views as cases
from wangge.console.clockrules.urls import urlpatterns as clockrules
from wangge.console.grids.urls import urlpatterns as grids
from wangge.console.live import live
from wangge.console.notices.urls import urlpatterns as notices
from wangge.console.people.urls import urlpatterns as people
from wangge.console.places import PLACES
from wangge.console.queues import views as queues
from wangge.console.records.urls import urlpatterns as records
from wangge.console.routing.urls import urlpatterns as routing
from wangge.console.supervision.urls import urlpatterns as supervision
from wangge.console.tasklist.urls import urlpatterns as tasklist
from wangge.console.tracking.urls import urlpatterns as tracking
from wangge.console.webhooks.urls import urlpatterns as webhooks

app_name = "console"
urlpatterns = [
    path("", queues.home, name="home"),
    path("live", live, name="live"),
    path("cases/", cases.listing, name="cases"),
    path("cases/places", cases.places, name="places"),
    path("cases/export.csv", cases.export, name="export"),
    path("cases/<str:case_no>/", case.case, name="case"),
    path("cases/<str:case_no>/changed", case.changed, name="changed"),
    path("cases/<str:case_no>/contact", case.contact, name="contact"),
    path("cases/<str:case_no>/tasks", acting.tasks, name="act_tasks"),
    path("cases/<str:case_no>/units/<str:action>", acting.units, name="act_units"),
    path("cases/<str:case_no>/act/<str:action>", acting.act, name="act"),
    *grids,
    *tasklist,
    *routing,
    *admission,
    *people,
    *records,
    *tracking,
    *supervision,
    *clockrules,
    *calendar,
    *notices,
    *webhooks,
    *assessment,
]
for _place in PLACES:
    urlpatterns += [
        path(f"{_place.slug}/", queues.queue, {"slug": _place.slug}, name=_place.slug),
        path(f"{_place.slug}/list", queues.listing, {"slug": _place.slug}, name=f"{_place.slug}_list"),
        path(f"{_place.slug}/<str:case_no>", queues.queue, {"slug": _place.slug}, name=f"{_place.slug}_case"),
    ]
