"""Addresses of the clock rules; joined into `console.urls`."""

from django.urls import path

from wangge.console.clockrules import views

urlpatterns = [
    path("clocks/", views.rules, name="clock_rules"),
    path("clocks/new", views.adopt, name="clock_rules_new"),
]
