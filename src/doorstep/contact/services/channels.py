"""Channels found by their entry points; a stranger's plug-in registers exactly like ours."""

from __future__ import annotations

import functools
from importlib.metadata import entry_points

from doorstep.contact.ports import Channel, ChannelModule, Redeem

GROUP = "doorstep.channels"


class NoChannelError(LookupError):
    """No channel of that name is installed."""


@functools.cache
def channel_names() -> tuple[str, ...]:
    """The names of the installed channels."""
    return tuple(sorted(point.name for point in entry_points(group=GROUP)))


def open_channel(name: str, redeem: Redeem) -> Channel:
    """A channel for one batch. Raises NoChannelError."""
    return _module(name).open_channel(redeem)


@functools.cache
def _module(name: str) -> ChannelModule:
    for point in entry_points(group=GROUP, name=name):
        module: ChannelModule = point.load()
        return module
    raise NoChannelError(f"{name}: no such channel; installed: {', '.join(channel_names())}")
