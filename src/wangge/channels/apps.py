from django.apps import AppConfig


class ChannelsConfig(AppConfig):
    name = "wangge.channels"
    label = "channels"
