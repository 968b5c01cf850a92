"""Addresses of the working calendar; joined into `console.urls`."""

from django.urls import path

from wangge.console.calendar import views

urlpatterns = [
    path("calendar/", views.calendar, name="calendar"),
    path("calendar/day", views.set_day, name="calendar_day"),
    path("calendar/upload", views.upload, name="calendar_upload"),
]
