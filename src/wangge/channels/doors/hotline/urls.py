"""Addresses of this door."""

from django.urls import path

from wangge.channels.doors.hotline import views

app_name = "hotline"
urlpatterns = [
    path("", views.entry, name="entry"),
    path("places", views.places, name="places"),
    path("earlier", views.earlier, name="earlier"),
]
