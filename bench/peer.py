"""Rasa as `rasa init` leaves it, with its SQL tracker store and REST channel: the peer that we measure against.

Its data are twenty of our intents with ten examples each, and its models are trained for two epochs: that changes what
it understands, not what a message costs.
"""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import yaml

from bench.system import ROOT, free_ports
from run.places import BOT_PYTHON, QUIET_RASA

HELD_OUT = ROOT / "tests" / "held_out" / "fresh.jsonl"
_INTENTS, _EXAMPLES = 20, 10
_CONFIG = {
    "recipe": "default.v1", "assistant_id": "peer", "language": "en",
    "pipeline": [
        {"name": "WhitespaceTokenizer"}, {"name": "RegexFeaturizer"}, {"name": "LexicalSyntacticFeaturizer"},
        {"name": "CountVectorsFeaturizer"},
        {"name": "CountVectorsFeaturizer", "analyzer": "char_wb", "min_ngram": 1, "max_ngram": 4},
        {"name": "DIETClassifier", "epochs": 2, "constrain_similarities": True}, {"name": "EntitySynonymMapper"},
        {"name": "ResponseSelector", "epochs": 2, "constrain_similarities": True},
        {"name": "FallbackClassifier", "threshold": 0.3, "ambiguity_threshold": 0.1},
    ],
    "policies": [
        {"name": "MemoizationPolicy"}, {"name": "RulePolicy"},
        {"name": "UnexpecTEDIntentPolicy", "max_history": 5, "epochs": 2},
        {"name": "TEDPolicy", "max_history": 5, "epochs": 2, "constrain_similarities": True},
    ],
}


@contextmanager
def running_peer(folder: Path) -> Iterator[str]:
    """Trains and starts the peer in `folder`; gives the address of its REST channel."""
    _write_project(folder)
    environment = {**os.environ, **QUIET_RASA}
    subprocess.run([BOT_PYTHON, "-m", "rasa", "train", "--quiet"], cwd=folder, env=environment, check=True,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    port = free_ports(1)[0]
    with (folder / "peer.log").open("w", encoding="utf-8") as log:
        process = subprocess.Popen(
            [BOT_PYTHON, "-m", "rasa", "run", "--interface", "127.0.0.1", "--port", str(port)],
            cwd=folder, env=environment, stdout=log, stderr=log,
        )
    try:
        address = f"http://127.0.0.1:{port}/webhooks/rest/webhook"
        _wait(address)
        yield address
    finally:
        process.terminate()
        process.wait()


def messages() -> list[str]:
    """What both are asked: held-out messages, since either may know its own examples by heart."""
    rows = (json.loads(line) for line in HELD_OUT.read_text(encoding="utf-8").splitlines())
    return [row["text"] for row in rows]


def _chosen() -> dict[str, list[str]]:
    blocks = yaml.load((ROOT / "data" / "nlu.yml").read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)["nlu"]
    return {
        block["intent"].replace("/", "_"): [line[2:] for line in block["examples"].splitlines()[:_EXAMPLES]]
        for block in blocks[:_INTENTS]
    }


def _write_project(folder: Path) -> None:
    chosen = _chosen()
    write: dict[str, Any] = {
        "config.yml": _CONFIG,
        "credentials.yml": {"rest": None},
        "endpoints.yml": {"tracker_store": {"type": "SQL", "dialect": "sqlite", "db": "peer.db"}},
        "domain.yml": {"version": "3.1", "intents": list(chosen),
                       "responses": {f"utter_{name}": [{"text": f"An answer about {name}. " * 5}] for name in chosen}},
        "data/nlu.yml": {"version": "3.1", "nlu": [
            {"intent": name, "examples": "".join(f"- {text}\n" for text in texts)} for name, texts in chosen.items()]},
        "data/rules.yml": {"version": "3.1", "rules": [
            {"rule": name, "steps": [{"intent": name}, {"action": f"utter_{name}"}]} for name in chosen]},
        "data/stories.yml": {"version": "3.1", "stories": [
            {"story": "two", "steps": [step for name in list(chosen)[:2]
                                       for step in ({"intent": name}, {"action": f"utter_{name}"})]}]},
    }
    for name, content in write.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")


def _wait(address: str) -> None:
    until = time.monotonic() + 180
    while time.monotonic() < until:
        try:
            if httpx.post(address, json={"sender": "first", "message": "hello"}, timeout=60).status_code == 200:
                return
        except httpx.HTTPError:
            time.sleep(0.5)
    raise RuntimeError("the peer did not start; its peer.log says why")
