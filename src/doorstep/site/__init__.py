"""Site: settings, routes, the command line, base templates and the design system."""
