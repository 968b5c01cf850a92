"""Addresses of notices; joined into `console.urls`."""

from django.urls import path

from wangge.console.notices import views

urlpatterns = [
    path("notices/", views.listing, name="notices"),
    path("notices/bell", views.bell, name="notices_bell"),
    path("notices/read", views.read_all, name="notices_read_all"),
    path("notices/mail", views.mail, name="notices_mail"),
    path("notices/<int:notice_id>/open", views.open_notice, name="notice_open"),
    path("notices/<int:notice_id>/read", views.read, name="notice_read"),
]
