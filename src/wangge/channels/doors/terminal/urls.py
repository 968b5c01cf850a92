"""Addresses of this door."""

from django.urls import path

from wangge.channels.doors.terminal import notices, views

app_name = "terminal"
urlpatterns = [
    path("", views.home, name="home"),
    path("report", views.report, name="report"),
    path("suggest", views.suggest, name="suggest"),
    path("notices", notices.listing, name="notices"),
    path("notices/read", notices.read_all, name="notices_read_all"),
    path("notices/<int:notice_id>/open", notices.open_notice, name="notice_open"),
    path("case/<str:case_no>", views.case, name="case"),
    path("case/<str:case_no>/<str:action>", views.act, name="act"),
]
