from django.apps import AppConfig


class TerminalConfig(AppConfig):
    name = "wangge.channels.doors.terminal"
    label = "terminal_door"
