"""A wrong setting stops the start with one line: the place, what is wrong, what to write."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import BaseModel

from gateway.settings import Settings, load_settings
from gateway.settings_errors import SettingsError
from processes import ROOT, free_port

FILE = ROOT / "settings.toml"


def broken(tmp_path: Path, old: str, new: str) -> tuple[Path, int]:
    """A copy of the settings file with one line changed, and that line's number."""
    text = FILE.read_text()
    assert old in text
    file = tmp_path / "settings.toml"
    file.write_text(text.replace(old, new, 1))
    return file, text[: text.index(old)].count("\n") + 1


def test_the_settings_file_says_the_defaults() -> None:
    assert load_settings(FILE).model_dump() == Settings().model_dump()


def test_every_setting_stands_in_the_settings_file_and_in_the_documentation() -> None:
    text, documentation = FILE.read_text(), (ROOT / "docs" / "gateway.md").read_text()
    for section, field in Settings.model_fields.items():
        model = field.annotation
        if not (isinstance(model, type) and issubclass(model, BaseModel)):
            assert re.search(rf"(?m)^{section} = ", text)
            assert f"`{section}`" in documentation
            continue
        written = text.partition(f"[{section}]")[2].partition("\n[")[0]
        for name in model.model_fields:
            if f"[{section}.{name}]" in text:
                assert f"`{section}.{name}`" in documentation, f"{section}.{name}"
                continue
            assert re.search(rf"(?m)^{name} = ", written), f"{section}.{name}"
            assert f"`{section}.{name}`" in documentation, f"{section}.{name}"


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("port = 8000", 'port = "many"', "public.port"),
        ("port = 8000", "port = 80000", "public.port"),
        ("port = 8001", "prot = 8001", "perhaps private.port"),
        ("answer_seconds = 8 ", "answer_seconds = -1 ", "bot.answer_seconds"),
        ('url = "http://127.0.0.1:5005"', 'url = "127.0.0.1:5005"', "http://127.0.0.1:5005"),
        ('"20/minute"', '"twenty a minute"', "20/minute"),
        ("allowed = []", 'allowed = ["https://x.example/path"]', "https://www.example.ca"),
        ("trusted = []", 'trusted = ["nginx"]', "10.0.0.0/24"),
        ("chat_days = 30", "chat_days = 0", "retention.chat_days"),
        ("[retention]", "[retentoin]", "perhaps retention"),
        ('level = "info"', "level = info", "is not TOML"),
        ('email = "info@bellowellness.ca"', 'email = "the clinic"', "info@example.ca"),
        ('store = "async+memory://"', 'store = "memcached"', "async+memory://"),
    ],
)
def test_a_wrong_line_is_named_with_its_number_and_a_remedy(
    tmp_path: Path, old: str, new: str, says: str
) -> None:
    file, line = broken(tmp_path, old, new)
    with pytest.raises(SettingsError) as wrong:
        load_settings(file)
    message = str(wrong.value)
    assert f"{file}:{line}: " in message
    assert says in message
    assert "\n" not in message


@pytest.mark.parametrize(
    ("variable", "value", "says"),
    [
        ("LDN_PUBLIC__PORT", "many", "LDN_PUBLIC__PORT"),
        ("LDN_PUBLIC__PROT", "1", "perhaps LDN_PUBLIC__PORT"),
        ("LDN_ORIGINS__ALLOWED", "https://x.example", '["a", "b"]'),
        ("LDN_JOURNAL__URL", "nonsense://secret-word@host", "leave it empty"),
    ],
)
def test_a_wrong_variable_is_named_with_a_remedy(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, says: str
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(SettingsError) as wrong:
        load_settings(FILE)
    assert says in str(wrong.value)
    assert "secret-word" not in str(wrong.value)


def test_the_environment_goes_before_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LDN_PUBLIC__PORT", "8080")
    monkeypatch.setenv("LDN_ORIGINS__ALLOWED", '["https://www.clinic.example"]')
    settings = load_settings(FILE)
    assert settings.public.port == 8080
    assert settings.origins.allowed == ("https://www.clinic.example",)


def free_ports() -> dict[str, str]:
    """Ports that are not taken."""
    return {"LDN_PUBLIC__PORT": str(free_port()), "LDN_PRIVATE__PORT": str(free_port())}


def start(tmp_path: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Starts a gateway that is not going to run."""
    return subprocess.run(
        [sys.executable, "-m", "gateway"],
        cwd=ROOT,
        env={**os.environ, "LDN_DATA_FOLDER": str(tmp_path / "var"), **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_a_wrong_setting_stops_the_start_with_one_line(tmp_path: Path) -> None:
    ended = start(tmp_path, LDN_BOT__ANSWER_SECONDS="soon")
    assert ended.returncode == 2
    assert ended.stderr.count("\n") == 1
    assert "LDN_BOT__ANSWER_SECONDS" in ended.stderr


def test_a_taken_port_is_named_with_a_remedy(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        ended = start(tmp_path, LDN_PUBLIC__PORT=str(port))
    assert ended.returncode == 2
    assert ended.stderr.count("\n") == 1
    assert f"port {port}" in ended.stderr
    assert "LDN_PUBLIC__PORT" in ended.stderr


def test_a_data_folder_that_cannot_be_made_is_named_with_a_remedy(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    ended = start(tmp_path, LDN_DATA_FOLDER=str(tmp_path / "file" / "var"), **free_ports())
    assert ended.returncode == 2
    assert "LDN_DATA_FOLDER" in ended.stderr
