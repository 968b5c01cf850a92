"""Addresses of the records; joined into `console.urls`."""

from django.urls import path

from wangge.console.records import views

urlpatterns = [
    path("records/contacts", views.contact_log, name="contact_log"),
    path("records/exports", views.exports, name="exports"),
    path("records/changes", views.changes, name="audit"),
]
