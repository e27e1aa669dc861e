"""Pages that belong to no capability: home, appearance, health."""

from doorstep.site.views.health import healthz
from doorstep.site.views.home import favicon, home, theme
from doorstep.site.views.language import language

__all__ = ["favicon", "healthz", "home", "language", "theme"]
