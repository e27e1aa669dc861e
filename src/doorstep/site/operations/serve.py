from __future__ import annotations

import os
import signal
import subprocess
import sys

from django.conf import settings


def serve(host: str, port: int, workers: int = 2) -> None:
    """Serve until Ctrl-C or SIGTERM: granian in front, one worker process beside it."""
    from granian.constants import Interfaces
    from granian.server import Server

    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
    if host not in {*settings.ALLOWED_HOSTS, "0.0.0.0", "::"}:  # noqa: S104
        os.environ["DOORSTEP_HOSTS"] = ",".join([*settings.ALLOWED_HOSTS, host])
    beside = subprocess.Popen(
        [sys.executable, "-c", "from doorstep.site.cli import main; main()", "worker"]
    )
    try:
        print(f"doorstep: http://{host}:{port}/  (Ctrl-C ends it)", file=sys.stderr)  # noqa: T201
        Server(
            "doorstep.site.wsgi:application",
            address=host,
            port=port,
            interface=Interfaces.WSGI,
            workers=workers,
            blocking_threads=4,
            log_access=False,
        ).serve()
    finally:
        beside.send_signal(signal.SIGTERM)
        beside.wait(timeout=30)
