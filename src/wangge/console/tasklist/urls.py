"""Addresses of the task list on the desk; joined into `console.urls`."""

from django.urls import path

from wangge.console.tasklist import views

urlpatterns = [
    path("tasks/", views.task_list, name="tasks"),
    path("tasks/differences", views.differences, name="task_differences"),
    path("tasks/load", views.load, name="task_load"),
]
