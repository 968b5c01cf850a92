from django.apps import AppConfig


class ConsoleConfig(AppConfig):
    name = "wangge.console"
    label = "console"
