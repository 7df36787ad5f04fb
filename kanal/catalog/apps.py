from django.apps import AppConfig


class CatalogConfig(AppConfig):
    name = "kanal.catalog"
    label = "catalog"
