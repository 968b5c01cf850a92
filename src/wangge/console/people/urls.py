"""Addresses of units, people, roles and accounts; joined into `console.urls`."""

from django.urls import path

from wangge.console.people import accounts, units, views

urlpatterns = [
    path("people/", views.units, name="people"),
    path("people/units/<str:code>", views.unit, name="people_unit"),
    path("people/units/<str:code>/add", units.add, name="people_unit_add"),
    path("people/units/<str:code>/change", units.change, name="people_unit_change"),
    path("people/units/<str:code>/end", units.end, name="people_unit_end"),
    path("people/units/<str:code>/appoint", views.appoint, name="people_appoint"),
    path("people/appointments/<int:appointment_id>/end", views.end, name="people_end"),
    path("people/appointments/<int:appointment_id>/leave", views.leave, name="people_leave"),
    path("people/leave/<int:absence_id>/end", views.end_leave, name="people_end_leave"),
    path("people/workers", views.workers, name="people_workers"),
    path("people/roles", views.role_matrix, name="people_roles"),
    path("people/accounts", accounts.listing, name="people_accounts"),
    path("people/accounts/named", views.accounts_named, name="people_accounts_named"),
    path("people/accounts/new", accounts.new, name="people_account_new"),
    path("people/accounts/<str:username>", accounts.account, name="people_account"),
    path("people/accounts/<str:username>/password", accounts.password, name="people_account_password"),
    path("people/accounts/<str:username>/close", accounts.close, name="people_account_close"),
    path("people/accounts/<str:username>/reopen", accounts.reopen, name="people_account_reopen"),
]
