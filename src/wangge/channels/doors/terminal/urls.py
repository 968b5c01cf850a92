"""Addresses of this door."""

from django.urls import path

from wangge.channels.doors.terminal import views

app_name = "terminal"
urlpatterns = [
    path("", views.home, name="home"),
    path("report", views.report, name="report"),
    path("suggest", views.suggest, name="suggest"),
    path("case/<str:case_no>", views.case, name="case"),
    path("case/<str:case_no>/<str:action>", views.act, name="act"),
]
