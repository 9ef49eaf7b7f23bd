"""What counts into the training fingerprint."""

import shutil

import pytest

from run import training


@pytest.fixture
def tree(tmp_path, monkeypatch):
    for name in ("domain.yml", "config.yml"):
        shutil.copy(training.ROOT / name, tmp_path)
    for name in ("data", "knowledge", "bot", "language", "requirements"):
        shutil.copytree(training.ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(training, "ROOT", tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    "name",
    ["domain.yml", "config.yml", "data/nlu.yml", "data/later/fourth.yml", "data/rules.yml", "knowledge/ldn.md", "knowledge/opioids.csv",
     "bot/nlu/model.py", "language/spelling.py", "requirements/bot.lock"],
)
def test_a_change_is_seen(tree, name):
    before = training.digest()
    with (tree / name).open("a", encoding="utf-8") as file:
        file.write("\n# changed\n")
    assert training.digest() != before


def test_touching_a_file_is_no_change(tree):
    before = training.digest()
    (tree / "domain.yml").touch()
    assert training.digest() == before
