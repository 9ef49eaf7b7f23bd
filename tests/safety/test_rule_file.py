"""A rule file that could not be used is refused with its line and what to write instead."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.safety import RuleFileError, Screen
from gateway.safety.rulebook import FILE, load_rulebook

WHOLE = FILE.read_text(encoding="utf-8")


def changed(tmp_path: Path, old: str, new: str) -> Path:
    assert old in WHOLE
    path = tmp_path / "redflags.yml"
    path.write_text(WHOLE.replace(old, new, 1), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("lists:\n", "lists:\n  broken: [\n", r"redflags\.yml:\d+: not YAML"),
        ("  - rule: kill_self\n", "  - rule: kill_self\n    colour: red\n", r'"colour", which means nothing'),
        ("    category: suicidal_thoughts\n", "    category: sadness\n", r'category "sadness".*Use one of'),
        ('      - "kill/kills/killing {self}"\n', '      - "kill {selves}"\n', r'no list "selves"'),
        ('      - "kill/kills/killing {self}"\n', '      - "kill (me"\n', r'"\(me".*small letters'),
        ('      - "kill/kills/killing {self}"\n', '      - ".. kill"\n', r"begins or ends with a gap"),
        ("unless: [negated, past, study, lighthearted]", "unless: [negatd]", r'no guard "negatd"'),
        ("    where: before\n", "    where: behind\n", r"behind is no place.*before, after"),
        ("{outcome: crisis, card: crisis_now,", "{outcome: sad, card: crisis_now,", r'outcome "sad"'),
        ("{outcome: crisis, card: crisis_now,", "{outcome: crisis, card: nowhere,", r'no card "nowhere"'),
        ("      [911](tel:911): call now if you or they", "      Please call [911](tel:911) if you or they",
         r"does not begin with a number"),
        ("This chat is automated and\n      nobody reads it live.", "This is a chat.", r"does not say what this chat is"),
        ('href: "tel:911"', 'href: "911"', r"leads nowhere"),
        ("people there listen. This", "people there listen. " + "Really. " * 30 + "This", r"has \d+ words.*60"),
        ("  - rule: kill_self_with_plan\n", "  - rule: kill_self\n", r'two rules are named "kill_self"'),
        ("    examples:\n", "    examples: []\n    why:\n", r"examples is not a list"),
    ],
)
def test_a_mistake_in_the_file_is_named_with_its_remedy(tmp_path: Path, old: str, new: str, message: str) -> None:
    with pytest.raises(RuleFileError, match=message) as refused:
        load_rulebook(changed(tmp_path, old, new))

    assert "\n" not in str(refused.value)


def test_a_phrase_error_names_the_phrases_own_line(tmp_path: Path) -> None:
    path = changed(tmp_path, '      - "noose"\n', '      - "Noose!"\n')
    line = path.read_text(encoding="utf-8").splitlines().index('      - "Noose!"') + 1

    with pytest.raises(RuleFileError, match=rf":{line}: "):
        load_rulebook(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(RuleFileError, match="Restore the file"):
        Screen.load(rules=tmp_path / "redflags.yml")


def test_a_key_that_is_there_twice_is_refused(tmp_path: Path) -> None:
    path = changed(tmp_path, "  - rule: kill_self\n", "  - rule: kill_self\n    rule: again\n")

    with pytest.raises(RuleFileError, match="there twice"):
        load_rulebook(path)
