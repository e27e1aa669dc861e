from django.apps import AppConfig


class NegotiationConfig(AppConfig):
    name = "doorstep.negotiation"
    label = "negotiation"
    default_auto_field = "django.db.models.BigAutoField"
