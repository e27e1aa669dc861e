"""E-mail over SMTP, through Django's mail backend and its EMAIL_* settings."""

from doorstep.channels.email_smtp.channel import open_channel

__all__ = ["open_channel"]
