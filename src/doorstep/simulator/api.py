"""What others may call."""

from doorstep.simulator.play.demo import Demo, play_demo
from doorstep.simulator.play.mark import NotADemoError, is_demo
from doorstep.simulator.play.post import PostOffice

__all__ = ["Demo", "NotADemoError", "PostOffice", "is_demo", "play_demo"]
