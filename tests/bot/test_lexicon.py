"""The lexicons are read whole, and a bad row is refused with file, line and remedy."""

import shutil

import pytest

from bot.nlu.lexicon import KNOWLEDGE, LexiconError, load


@pytest.fixture
def folder(tmp_path):
    for path in KNOWLEDGE.glob("*.csv"):
        shutil.copy(path, tmp_path)
    return tmp_path


def _edit(path, line, change):
    lines = path.read_text(encoding="utf-8").splitlines()
    lines[line - 1] = change(lines[line - 1])
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def test_all_lexicons_are_read():
    kinds = {term.kind for term in load()}
    assert {"condition", "opioid", "medicine", "ambiguous", "ldn"} <= kinds


def test_what_has_no_other_name_is_called_by_its_own():
    assert not [term for term in load() if term.canonical.startswith("(")]
    assert {term.canonical for term in load() if term.text == "Advil"} == {"Advil"}


def test_a_missing_column_is_named(folder):
    _edit(folder / "conditions.csv", 1, lambda header: header.replace("answer_as", "answer"))
    with pytest.raises(LexiconError, match=r"conditions\.csv:1: the column 'answer_as' is missing"):
        load(folder)


def test_a_row_with_too_few_values_is_named_with_its_line(folder):
    _edit(folder / "medicines.csv", 3, lambda row: ",".join(row.split(",")[:2]))
    with pytest.raises(LexiconError, match=r"medicines\.csv:3: the column 'kind' has no value"):
        load(folder)


def test_an_unknown_value_says_which_are_allowed(folder):
    _edit(folder / "opioids.csv", 2, lambda row: row.replace("opioid_yes", "maybe"))
    with pytest.raises(LexiconError, match=r"opioids\.csv:2: bot_action is 'maybe'; it must be one of ask_to_clarify"):
        load(folder)


def test_a_missing_file_is_named(folder):
    (folder / "opioids.csv").unlink()
    with pytest.raises(LexiconError, match=r"opioids\.csv:1: the file is missing"):
        load(folder)
