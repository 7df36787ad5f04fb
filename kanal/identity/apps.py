from django.apps import AppConfig


class IdentityConfig(AppConfig):
    name = "kanal.identity"
    label = "identity"
