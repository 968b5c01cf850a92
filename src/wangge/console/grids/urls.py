"""Addresses of grids and editions on the desk; joined into `console.urls`."""

from django.urls import path

from wangge.console.grids import views

urlpatterns = [
    path("grids/", views.editions, name="grids"),
    path("grids/import", views.upload, name="grids_import"),
    path("grids/import/<uuid:job_id>", views.import_progress, name="grids_import_progress"),
    path("grids/<int:edition_id>/", views.edition, name="edition"),
    path("grids/<int:edition_id>/list", views.grids_of, name="edition_grids"),
    path("grids/<int:edition_id>/defects.geojson", views.defects_map, name="edition_defects_map"),
    path("grids/<int:edition_id>/export", views.defects_export, name="edition_export"),
    path("grids/<int:edition_id>/effective", views.make_effective, name="edition_effective"),
    path("grids/<int:edition_id>/unschedule", views.unschedule, name="edition_unschedule"),
    path("grids/<int:edition_id>/tiles/<int:z>/<int:x>/<int:y>.mvt", views.edition_tile, name="edition_tile"),
    path("grids/<int:edition_id>/<str:code>", views.grid, name="grid"),
]
