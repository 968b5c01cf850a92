from django.apps import AppConfig


class WorkforceConfig(AppConfig):
    name = "wangge.workforce"
    label = "workforce"
