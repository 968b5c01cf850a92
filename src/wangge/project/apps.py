from django.apps import AppConfig


class ProjectConfig(AppConfig):
    name = "wangge.project"
    label = "project"
