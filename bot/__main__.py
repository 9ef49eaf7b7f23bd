"""Rasa's own commands as the bot's process runs them, `python -m bot run ...`: the same but for TensorFlow."""

from __future__ import annotations

import sys

from bot.without_tensorflow import learns_without, leave_out

if learns_without():
    leave_out()

from rasa.__main__ import main

if __name__ == "__main__":
    sys.argv[0] = "rasa"
    main()
