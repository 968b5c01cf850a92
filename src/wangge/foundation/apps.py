from django.apps import AppConfig


class FoundationConfig(AppConfig):
    name = "wangge.foundation"
    label = "foundation"
