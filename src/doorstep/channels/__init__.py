"""Channel plug-ins: one folder each, found by the entry point group `doorstep.channels`."""
