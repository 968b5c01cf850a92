"""Addresses of this door."""

from django.urls import URLPattern

app_name = "terminal"
urlpatterns: list[URLPattern] = []
