from django.apps import AppConfig


class SiteConfig(AppConfig):
    name = "doorstep.site"
    label = "site_shell"

    def ready(self) -> None:
        """Give the kernel its key; the kernel itself knows no settings."""
        from django.conf import settings

        from doorstep.kernel import sealed

        sealed.use_keys(settings.DATA_KEY)
