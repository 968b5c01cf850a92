"""Addresses of the admission of tasks on the desk; joined into `console.urls`."""

from django.urls import path

from wangge.console.admission import temporary, views, writing

urlpatterns = [
    path("admission/", views.listing, name="admission"),
    path("admission/new", writing.begin, name="application_new"),
    path("admission/temporary/", temporary.listing, name="temporary_items"),
    path("admission/temporary/new", temporary.ask, name="temporary_new"),
    path("admission/temporary/<int:item_id>/", temporary.item, name="temporary_item"),
    path("admission/temporary/<int:item_id>/<str:decision>", temporary.decide, name="temporary_decide"),
    path("admission/<int:application_id>/", views.application, name="application"),
    path("admission/<int:application_id>/edit", writing.edit, name="application_edit"),
    path("admission/<int:application_id>/discard", writing.discard, name="application_discard"),
    path("admission/<int:application_id>/fields", writing.put_field, name="application_field"),
    path(
        "admission/<int:application_id>/fields/<int:field_id>/drop", writing.drop_field, name="application_field_drop"
    ),
    path("admission/<int:application_id>/act/<str:step>", views.act, name="application_act"),
]
