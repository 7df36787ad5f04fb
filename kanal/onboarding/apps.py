from django.apps import AppConfig


class OnboardingConfig(AppConfig):
    name = "kanal.onboarding"
    label = "onboarding"
