from django.apps import AppConfig


class HotlineConfig(AppConfig):
    name = "wangge.channels.doors.hotline"
    label = "hotline_door"
