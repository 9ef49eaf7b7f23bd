"""Trains the bot when something that it learns from has changed: `python -m run.training`.

`rasa train` would find that out too, after twenty seconds of imports; the digest here takes a blink.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

from run.places import BOT_PYTHON, ENCODER, MODELS, QUIET_RASA, ROOT

LEARNED_FROM = (
    "domain.yml", "config.yml", "data/**/*.yml", "data/follow_ups.tsv", "knowledge/*.csv", "knowledge/ldn.md",
    "knowledge/connecting.yml", "knowledge/ambiguous.yml", "bot/nlu/*.py", "bot/nlu/*.npz", "language/*.py",
    "requirements/bot.lock",
)
_RECORD = MODELS / "trained.json"


class TrainingFailed(RuntimeError):
    """What the bot learns from is faulty, or `rasa train` ended with an error; the text ends with what was said."""

    def __init__(self, said: str) -> None:
        super().__init__(f"{said.strip()}\nThe bot was not trained. Mend what is named above and try again. "
                         "Nothing is lost: the model that was there before is kept.")


def digest() -> str:
    """SHA-256 over everything that training reads."""
    total = hashlib.sha256(ENCODER.read_bytes() if ENCODER.exists() else b"")
    for pattern in LEARNED_FROM:
        for path in sorted(ROOT.glob(pattern)):
            if path.is_file():
                total.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes())
    return total.hexdigest()


def model() -> Path | None:
    """The model that fits what is here now, or None."""
    try:
        record = json.loads(_RECORD.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    path = MODELS / record["model"]
    return path if record["digest"] == digest() and path.is_file() else None


def train() -> Path:
    """Trains and returns the model's file. Raises `TrainingFailed`."""
    MODELS.mkdir(exist_ok=True)
    checked = _bot("bot.checks")
    if checked.returncode:
        raise TrainingFailed(checked.stderr)
    before = digest()  # what changes while it trains is not in the model
    name = f"{before[:12]}.tar.gz"
    done = _bot("rasa", "train", "--quiet", "--fixed-model-name", name, "--out", str(MODELS))
    if done.returncode or not (MODELS / name).is_file():
        raise TrainingFailed(done.stdout + done.stderr)
    _RECORD.write_text(json.dumps({"digest": before, "model": name}), encoding="utf-8")
    for old in MODELS.glob("*.tar.gz"):
        if old.name != name:
            old.unlink()
    return MODELS / name


def _bot(*module: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([BOT_PYTHON, "-m", *module], cwd=ROOT, env={**os.environ, **QUIET_RASA}, check=False,
                          capture_output=True, text=True)


def ensure_trained() -> Path:
    """The fitting model, trained first when something has changed."""
    fitting = model()
    if fitting:
        print("model: nothing has changed since the last training")
        return fitting
    print("model: training (five to six minutes) ...", flush=True)
    return train()


if __name__ == "__main__":
    try:
        print(f"model: {ensure_trained().relative_to(ROOT)}")
    except TrainingFailed as wrong:
        sys.exit(str(wrong))
