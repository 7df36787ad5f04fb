from django.apps import AppConfig


class CustomersConfig(AppConfig):
    name = "kanal.customers"
    label = "customers"
