"""Spelling tricks come off; ordinary words stay."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.safety import Screen
from gateway.safety.disguise import DisguiseData, read_pairs


@pytest.mark.parametrize(
    "text",
    [
        "i want to kill myself",
        "I WANT TO KILL MYSELF",
        "/greet i want to kill myself",
        " //i want to kill myself",
        "i want to k1ll my5elf",
        "i want to k!ll mys3lf",
        "i want to k*ll myself",
        "i want to k i l l m y s e l f",
        "i w a n t t o k i l l m y s e l f",
        "i want to k.i.l.l m.y.s.e.l.f",
        "i want to k-i-l-l myself",
        "i want to kiiiiillllll myselffff",
        "i want to kkiillll mmyysseellff",
        "ii wwaanntt ttoo kkiillll mmyysseellff",
        "i want to kiill myseelf",
        "i want to kil mysef",
        "i wnat to kill myslef",
        "іwant".replace("іwant", "i wаnt tо kіll mуsеlf"),
        "i want to \u200bki\u200bll my\u00adself",
        "ｉ ｗａｎｔ ｔｏ ｋｉｌｌ ｍｙｓｅｌｆ",
        "𝒾 𝓌𝒶𝓃𝓉 𝓉𝑜 𝓀𝒾𝓁𝓁 𝓂𝓎𝓈𝑒𝓁𝒻",
        "i want to k\u0301i\u0302ll m\u0308yself",
        "iwanttokillmyself",
        "i.want.to.kill.myself",
        "i_want_to_kill_myself".replace("_", "-"),
        "i want to kill my self",
        "wanna kms",
        "i want to unalive myself",
        "\u202ei want to kill myself",
    ],
)
def test_a_disguised_message_gets_the_crisis_card(rules: Screen, text: str) -> None:
    found = rules.screen(text)

    assert found is not None
    assert found[0]["outcomes"] == ["crisis"]


@pytest.mark.parametrize(
    "text", ["what does naltrexone 4.5 mg cost", "hashimotos and fibromyalgia", "i take 1.5 mg at 10 pm"]
)
def test_ordinary_words_and_doses_stay_as_they_are(rules: Screen, text: str) -> None:
    assert rules.readings(text) == [text]


@pytest.mark.parametrize(("text", "meant"), [
    ("soomeone's in the hoouse", "someones in the house"), ("theere's oonly one way", "there is only one way"),
    ("s o m e o n e's in the house", "someones in the house"), ("the leeathal aamount", "the lethal amount"),
    ("all the paasswords", "all the passwords"), ("/greet i'm so tired", "i am so tired"),
])
def test_what_the_classifier_reads_is_what_was_meant(rules: Screen, text: str, meant: str) -> None:
    assert rules.readings(text)[-1] == meant


def test_a_word_of_danger_after_a_slash_is_no_command(rules: Screen) -> None:
    assert rules.readings("/kill myself tonight")[-1] == "kill myself tonight"


def test_there_is_always_a_reading(rules: Screen) -> None:
    assert rules.readings("") == [""]


def test_a_line_that_is_not_two_columns_is_refused_with_file_and_line(tmp_path: Path) -> None:
    path = tmp_path / "letters.tsv"
    path.write_text("# a comment\nа\ta\nb only\n", encoding="utf-8")

    with pytest.raises(DisguiseData, match=r"letters.tsv:3: .*one tab"):
        read_pairs(path)


def test_a_left_side_that_is_there_twice_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "shorthand.tsv"
    path.write_text("u\tyou\nu\tyour\n", encoding="utf-8")

    with pytest.raises(DisguiseData, match=r"shorthand.tsv:2: .*twice"):
        read_pairs(path)
