"""A gateway that is told to stop at the worst moment: it has started, and its loop does not run yet."""

from __future__ import annotations

import os
import signal
import sys
from typing import Any
from unittest.mock import patch

from sanic import Sanic

from gateway.__main__ import main

before_its_last_run = Sanic.set_serving


def told(app: Any, serving: bool) -> None:
    """Sanic calls this just then."""
    before_its_last_run(app, serving)
    if serving and app.name == "gateway":
        os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    with patch.object(Sanic, "set_serving", told):
        sys.exit(main())
