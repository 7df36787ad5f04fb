from django.apps import AppConfig


class KitConfig(AppConfig):
    name = "kanal.kit"
    label = "kit"
