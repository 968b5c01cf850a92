"""Addresses of webhooks; joined into `console.urls`."""

from django.urls import path

from wangge.console.webhooks import views

urlpatterns = [
    path("webhooks/", views.listing, name="webhooks"),
    path("webhooks/new", views.new, name="webhook_new"),
    path("webhooks/<int:target_id>", views.target, name="webhook"),
    path("webhooks/<int:target_id>/change", views.change, name="webhook_change"),
    path("webhooks/<int:target_id>/secret", views.rotate, name="webhook_secret"),
    path("webhooks/<int:target_id>/test", views.test, name="webhook_test"),
    path("webhooks/<int:target_id>/pause", views.pause, name="webhook_pause"),
    path("webhooks/<int:target_id>/resume", views.resume, name="webhook_resume"),
    path("webhooks/<int:target_id>/remove", views.remove, name="webhook_remove"),
]
