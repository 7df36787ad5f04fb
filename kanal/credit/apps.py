from django.apps import AppConfig


class CreditConfig(AppConfig):
    name = "kanal.credit"
    label = "credit"
