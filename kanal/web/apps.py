from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "kanal.web"
    label = "web"
