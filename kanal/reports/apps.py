from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "kanal.reports"
    label = "reports"
