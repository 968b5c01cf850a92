"""The addresses of the routing rules on the desk; joined into `console.urls`."""

from django.urls import path

from wangge.console.routing import views

urlpatterns = [
    path("routing/", views.overview, name="routing"),
    path("routing/draft", views.draft, name="routing_draft"),
    path("routing/trials/<uuid:trial_id>", views.trial, name="routing_trial"),
    path("routing/<int:set_id>/", views.rule_set, name="routing_set"),
    path("routing/<int:set_id>/check", views.check, name="routing_check"),
    path("routing/<int:set_id>/simulate", views.simulate, name="routing_simulate"),
    path("routing/<int:set_id>/publish", views.publish, name="routing_publish"),
    path("routing/<int:set_id>/discard", views.discard, name="routing_discard"),
    path("routing/<int:set_id>/rules/new", views.rule, name="routing_new_rule"),
    path("routing/<int:set_id>/rules/<int:order>", views.rule, name="routing_rule"),
    path("routing/<int:set_id>/rules/<int:order>/remove", views.remove, name="routing_remove"),
    path("routing/<int:set_id>/rules/<int:order>/to/<int:to>", views.move, name="routing_move"),
]
