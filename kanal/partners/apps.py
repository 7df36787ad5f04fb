from django.apps import AppConfig


class PartnersConfig(AppConfig):
    name = "kanal.partners"
    label = "partners"
