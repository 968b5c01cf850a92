"""Every address of the product."""

from django.urls import include, path

from wangge.channels import media
from wangge.console.tasklist.public import public_fields, public_list
from wangge.grids.api import public_tile
from wangge.project.api import api
from wangge.project.health import healthz
from wangge.project.start import start

handler500 = "wangge.project.problems.failed"
urlpatterns = [
    path("start", start, name="start"),
    path("healthz", healthz, name="healthz"),
    path("api/v1/", api.urls),
    path("tiles/<int:z>/<int:x>/<int:y>.mvt", public_tile, name="tile"),
    path("media/<uuid:media_id>", media.for_staff, name="media"),
    path("media/<uuid:media_id>/<str:size>", media.for_staff, name="media_sized"),
    path("r/<str:query_code>/media/<uuid:media_id>", media.for_reporter, name="report_media"),
    path("r/<str:query_code>/media/<uuid:media_id>/<str:size>", media.for_reporter, name="report_media_sized"),
    path("tasks/", public_list, name="public_tasks"),
    path("tasks/fields", public_fields, name="public_fields"),
    path("desk/hotline/", include("wangge.channels.doors.hotline.urls")),
    path("desk/", include("wangge.console.urls")),
    path("worker/", include("wangge.channels.doors.terminal.urls")),
    path("", include("wangge.channels.doors.resident.urls")),
    path("accounts/", include("allauth.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
]
