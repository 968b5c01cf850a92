"""Addresses of this door."""

from django.urls import path

from wangge.channels.doors.resident import views

app_name = "resident"
urlpatterns = [
    path("", views.report, name="report"),
    path("find", views.find, name="find"),
    path("privacy", views.privacy, name="privacy"),
    path("size", views.size, name="size"),
    path("r/<str:query_code>", views.follow, name="follow"),
    path("r/<str:query_code>/received", views.received, name="received"),
    path("r/<str:query_code>/stop-texts", views.stop_texts, name="stop_texts"),
    path("r/<str:query_code>/<str:action>", views.act, name="act"),
]
