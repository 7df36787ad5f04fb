from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "kanal.notices"
    label = "notices"
