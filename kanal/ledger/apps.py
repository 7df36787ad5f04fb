from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "kanal.ledger"
    label = "ledger"
