"""Addresses of supervision; joined into `console.urls`."""

from django.urls import path

from wangge.console.supervision import views

urlpatterns = [
    path("supervision/", views.orders, name="supervision"),
    path("supervision/notice", views.notice, name="supervision_notice"),
    path("supervision/<str:number>", views.order, name="supervision_order"),
]
