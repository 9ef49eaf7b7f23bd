"""`python -m gateway`, from the repository's root."""

from __future__ import annotations

import gc
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gateway.chat.turns import Safety


def main(safety: Safety | None = None) -> int:
    """Runs until it is told to stop. The exit code is 2 where a mistake to be corrected stops the start."""
    # Nearly all that a start loads is there for good: to look through it for garbage takes a tenth of the start.
    gc.disable()
    from gateway.start import run

    return run(safety)


if __name__ == "__main__":
    sys.exit(main())
