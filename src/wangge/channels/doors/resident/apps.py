from django.apps import AppConfig


class ResidentConfig(AppConfig):
    name = "wangge.channels.doors.resident"
    label = "resident_door"
