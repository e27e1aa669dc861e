from django.apps import AppConfig


class SiteConfig(AppConfig):
    name = "doorstep.site"
    label = "site_shell"

    def ready(self) -> None:
        """Give the kernel its key, which knows no settings, and fill the ports."""
        from django.conf import settings

        from doorstep.kernel import sealed

        sealed.use_keys(settings.DATA_KEY)

        from doorstep.site.wiring import wire

        wire()
