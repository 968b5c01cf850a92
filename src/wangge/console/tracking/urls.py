"""Addresses of the tracking board; joined into `console.urls`."""

from django.urls import path

from wangge.console.tracking import views

urlpatterns = [
    path("tracking/", views.tracking, name="tracking"),
    path("tracking/steps", views.steps, name="tracking_steps"),
    path("tracking/lines", views.lines, name="tracking_lines"),
]
