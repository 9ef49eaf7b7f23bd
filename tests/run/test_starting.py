"""`make run` says what stands in the way of a start, and how to mend it."""

import os
import shutil
import socket
import subprocess
import sys

import pytest

from bench.system import ROOT, free_ports


def start(folder=ROOT, **environment):
    return subprocess.run([sys.executable, "-m", "run"], cwd=folder, capture_output=True, text=True, timeout=120,
                          env={**os.environ, **environment}, check=False)


def test_a_taken_port_is_named_with_its_remedy(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = start(LDN_PUBLIC__PORT=str(port), LDN_PRIVATE__PORT=str(free_ports(1)[0]), LDN_DATA_FOLDER=str(tmp_path))
    assert done.returncode == 2
    assert f"port {port} on 127.0.0.1 (for the chat) cannot be used" in done.stderr
    assert "public.port in settings.toml" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_wrong_setting_stops_the_start(tmp_path):
    done = start(LDN_PUBLIC__PORT="eighty", LDN_DATA_FOLDER=str(tmp_path))
    assert done.returncode == 2
    assert "LDN_PUBLIC__PORT" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.fixture
def copy(tmp_path):
    folder = tmp_path / "a copy with spaces"
    folder.mkdir()
    for name in ("actions", "bot", "data", "gateway", "knowledge", "language", "run"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("config.yml", "domain.yml", "credentials.yml", "endpoints.yml", "settings.toml"):
        shutil.copy(ROOT / name, folder)
    for name in ("build", ".venv-bot", "requirements"):
        (folder / name).symlink_to(ROOT / name)
    return folder


@pytest.mark.parametrize(
    ("file", "old", "new", "says"),
    [
        ("domain.yml", "responses:", "responses: [", ["domain.yml:"]),
        ("domain.yml", "LDN doesn’t suppress the immune system", "LDN strengthens the immune system",
         ["domain.yml:", "utter_answer/immune_suppression", "the document does not say"]),
        ("domain.yml", "sections: [is-ldn-safe]", "sections: [is-it-safe]", ["domain.yml:", "no section 'is-it-safe'"]),
        ("knowledge/conditions.csv", "answer_as", "answer", ["conditions.csv:1:", "the column 'answer_as' is missing"]),
        ("data/nlu.yml", "- intent: answer/cost", "- intent: answer/prize", ["data/nlu.yml:", "answer/prize"]),
        ("data/later/fourth.yml", "- intent: answer/cost", "- intent: answer/prize", ["data/later/fourth.yml:", "answer/prize"]),
    ],
    ids=["broken YAML", "a claim", "a section", "a column", "an intent without an answer", "one among the later ones"],
)
def test_what_the_bot_learns_from_is_checked_with_file_and_line_before_training(copy, tmp_path, file, old, new, says):
    path = copy / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    ports = free_ports(4)
    done = start(copy, LDN_DATA_FOLDER=str(tmp_path / "var"), LDN_PUBLIC__PORT=str(ports[0]), LDN_PRIVATE__PORT=str(ports[1]),
                 LDN_BOT__URL=f"http://127.0.0.1:{ports[2]}", ACTIONS_PORT=str(ports[3]))
    assert done.returncode == 2
    for word in says:
        assert word in done.stderr
    assert "Traceback" not in done.stderr
