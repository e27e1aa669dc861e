from django.apps import AppConfig


class SiteConfig(AppConfig):
    name = "doorstep.site"
    label = "site_shell"
