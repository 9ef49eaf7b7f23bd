"""The bot's process starts Rasa without TensorFlow, unless a part of config.yml needs it."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

from bot.without_tensorflow import learns_without, leave_out

ROOT = Path(__file__).parents[2]
LOADED = "import sys; print(any(name.startswith('tensorflow.') for name in sys.modules))"


def python(code: str) -> str:
    """What a new interpreter prints."""
    return subprocess.run([sys.executable, "-W", "ignore", "-c", code], cwd=ROOT, check=True, capture_output=True,
                          text=True).stdout.split()[-1]


def config(folder: Path, pipeline: list[str], policies: list[str]) -> Path:
    path = folder / "config.yml"
    lines = ["pipeline:", *(f"  - name: {name}" for name in pipeline),
             "policies:", *(f"  - name: {name}" for name in policies)]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_rasa_brings_it_and_the_bot_leaves_it_out() -> None:
    assert python(f"import rasa.core.agent; {LOADED}") == "True"
    assert python("import bot.__main__, rasa.core.run, rasa.engine.recipes.default_components, sys; "
                  "print(type(sys.modules['tensorflow']).__module__)") == "bot.without_tensorflow"


def test_our_configuration_does_without() -> None:
    assert learns_without()


@pytest.mark.parametrize(("pipeline", "policies"), [
    (["bot.nlu.outcome_classifier.OutcomeClassifier", "DIETClassifier"], ["RulePolicy"]),
    (["bot.nlu.outcome_classifier.OutcomeClassifier"], ["RulePolicy", "TEDPolicy"]),
])
def test_a_part_that_learns_with_it_gets_it(tmp_path: Path, pipeline: list[str], policies: list[str]) -> None:
    assert not learns_without(config(tmp_path, pipeline, policies))


@pytest.mark.parametrize("text", ["pipeline: [", "pipeline:\n  - WhitespaceTokenizer\npolicies:", ""])
def test_a_broken_configuration_is_left_to_rasa(tmp_path: Path, text: str) -> None:
    path = tmp_path / "config.yml"
    path.write_text(text, encoding="utf-8")
    assert not learns_without(path)


def test_too_late_says_so() -> None:
    import_module("tensorflow")  # Rasa has brought it into this process, or this line does

    with pytest.raises(RuntimeError, match="before Rasa"):
        leave_out()
