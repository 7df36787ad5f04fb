from django.apps import AppConfig


class BatchesConfig(AppConfig):
    name = "kanal.batches"
    label = "batches"
