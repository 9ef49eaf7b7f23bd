"""Where things are: the two environments, the encoder, the models, and the ports of bot and actions."""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BOT_PYTHON = ROOT / ".venv-bot" / "bin" / "python"
ENCODER = ROOT / "build" / "encoder" / "encoder.onnx"
LABELLER = ROOT / "build" / "labeller" / "encoder.onnx"
MODELS = ROOT / "models"
ACTIONS_PORT = int(os.environ.get("ACTIONS_PORT", "5055"))

# Rasa reports use and errors to its maker unless it is told not to; patients' words must stay here.
QUIET_RASA = {"RASA_TELEMETRY_ENABLED": "false", "SANIC_HOST": "127.0.0.1", "PYTHONWARNINGS": "ignore",
              "TF_CPP_MIN_LOG_LEVEL": "3", "SQLALCHEMY_SILENCE_UBER_WARNING": "1"}
