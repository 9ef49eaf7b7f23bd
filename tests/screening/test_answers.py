"""Free-text answers of several writers (data/screening): how the rules read them alone, how the form does.

In author.jsonl, written before the reading was, `accept` lists the right readings.
"""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from bench.screening import SAID_SO, value_after
from bench.screening import wrong as misread
from bot.form.words import FORM, WordingError, Words
from bot.screening.answers import hear, read_answer, read_condition, read_fact
from bot.screening.people import is_about_someone_else
from language.encoder import ROOT

WRITTEN = ROOT / "data" / "screening"


def written_by(*writers: str) -> list[dict[str, Any]]:
    return [json.loads(line) for writer in writers
            for line in (WRITTEN / f"{writer}.jsonl").read_text(encoding="utf-8").splitlines()]


ANSWERS = written_by("author")
OPIOIDS = [answer for answer in ANSWERS if answer["slot"] == "opioid_use"]


def wrong(answers: list[dict[str, Any]]) -> list[tuple[str, str]]:
    return [(answer["text"], read) for answer in answers
            if (read := read_answer(answer["slot"], answer["text"])) not in answer["accept"]]


def test_answers_of_other_writers_are_read_as_well_as_when_they_were_last_measured():
    strangers = written_by("first", "second")
    opioids = [answer for answer in strangers if answer["slot"] == "opioid_use"]
    assert len(misread(opioids)) <= len(opioids) * 0.01, misread(opioids)
    assert len(misread(strangers)) <= len(strangers) * 0.03, misread(strangers)


def of_kind(kind: str) -> list[dict[str, Any]]:
    return [answer for answer in OPIOIDS if answer.get("kind") == kind]


def test_there_are_at_least_a_thousand_answers_and_half_of_them_are_about_medicines():
    assert len(ANSWERS) >= 1000
    assert len(OPIOIDS) >= len(ANSWERS) / 2


def test_answers_to_the_opioid_question_are_read_right_at_least_995_times_of_1000():
    mistakes = wrong(OPIOIDS)
    assert len(mistakes) <= len(OPIOIDS) * 0.005, mistakes


def test_look_alikes_are_read_as_an_opioid_at_most_5_times_of_1000():
    alike = of_kind("look_alike")
    taken = [answer["text"] for answer in alike if read_answer("opioid_use", answer["text"]) == "yes"]
    assert len(taken) <= len(alike) * 0.005, taken


def test_an_opioid_that_was_stopped_lately_is_never_a_no():
    recent = of_kind("recent")
    assert len(recent) >= 200
    assert [answer["text"] for answer in recent if read_answer("opioid_use", answer["text"]) == "no"] == []


def test_declined_is_never_a_no():
    declined = [answer for answer in ANSWERS if answer["accept"] == ["declined"]]
    assert [answer["text"] for answer in declined if read_answer(answer["slot"], answer["text"]) == "no"] == []


@pytest.mark.parametrize("slot", sorted({answer["slot"] for answer in ANSWERS} - {"opioid_use"}))
def test_answers_to_the_other_questions_are_read_right(slot: str):
    answers = [answer for answer in ANSWERS if answer["slot"] == slot]
    mistakes = wrong(answers)
    assert len(mistakes) <= len(answers) * 0.02, mistakes


@pytest.mark.parametrize(("text", "value"), [
    ("just a T3 when my knee acts up", "ask"),
    ("codeine cough syrup since Monday", "yes"),
    ("came off norco two winters ago", "no"),
    ("done with hydros since Sunday", "unsure"),
    ("none, well, apart from my patch", "ask"),
    ("none, well, apart from my fentanyl patch", "yes"),
    ("no i take tramadol", "yes"),
    ("no tramadol", "no"),
    ("I take Tylenol 3 times a day", "no"),
    ("no opioids except tylenol 3", "yes"),
])
def test_the_cases_of_the_task_are_read_as_it_says(text: str, value: str):
    assert read_answer("opioid_use", text) == value


@pytest.mark.parametrize(("text", "value"), [
    ("oxy for my hip, had one tuesday", "yes"),
    ("dilaudid, two a day", "yes"),
    ("demerol back in 1994", "no"),
    ("no tramadol since the weekend", "unsure"),
    ("I hand out methadone at work, I don't take any", "no"),
    ("I heard of kratom, never tried it", "no"),
    ("my cough won't quit, so codeine syrup it is", "yes"),
    ("my uncle is on methadone", "ask"),
    ("some pill, I forget what it's called", "unsure"),
    ("no. does tramadol count? I take that", "yes"),
    ("oxicodoan", "yes"),
    ("something with antidouleur on the box", "ask"),
    ("I'll talk about that with my own doctor", "declined"),
])
def test_habits_times_people_and_names_that_are_only_spoken_of_are_told_apart(text: str, value: str):
    assert value_after("opioid_use", text) in (value, SAID_SO if value == "yes" else value)


def test_a_symptom_stays_in_the_visitors_words_and_a_name_becomes_canonical():
    assert read_condition("brain fog and hashimotos") == ["brain fog", "Hashimoto's thyroiditis"]


@pytest.mark.parametrize("text", ["lupus runs in the family", "a family history of lupus", "my sister has lupus"])
def test_what_relatives_have_is_not_the_visitors(text: str):
    assert read_condition(text, asked=False) is None


def test_a_question_in_an_answer_is_kept_apart_from_it():
    heard = hear("no. is it safe?")
    assert (heard.said, heard.asked) == ("no.", ("is it safe?",))


def test_a_relatives_condition_is_not_the_visitors():
    assert read_condition("my mum has MS but I have crohn's") == ["Crohn's disease"]


def test_a_bad_wording_is_named_with_its_place(tmp_path: Path):
    broken = tmp_path / "form.yml"
    broken.write_text(FORM.read_text(encoding="utf-8").replace("'oui'", "'(oui'", 1), encoding="utf-8")
    with pytest.raises(WordingError, match=r"form\.yml: lead\.yes: '\(oui' is no regular expression"):
        Words(broken).in_("lead.yes", "oui")


def names_of_medicines() -> set[str]:
    return {row["term"] for name in ("medicines", "opioids")
            for row in csv.DictReader((ROOT / "knowledge" / f"{name}.csv").open(encoding="utf-8"))}


def test_no_medicine_by_name_is_taken_for_a_pregnancy_a_liver_disease_or_an_allergy():
    facts = ("pregnant_or_breastfeeding", "liver_disease", "naltrexone_allergy")
    found = {(name, slot) for name in names_of_medicines() for slot in facts
             if read_fact(slot, hear(f"only {name}").said, asked=False).value == "yes"}
    assert not found


@pytest.mark.parametrize("text", ["weaning off percocet", "I have an insulin pump", "I'm a nursing student",
                                  "60 of those a month", "retired from nursing", "do I have to wean or just stop",
                                  "synthroid 88 mcg", "Cymbalta 60 and LDN 3", "a single percocet on sundays",
                                  "the guy from the pharmacy said so", "5 wks in and nothing", "my mom is 78"])
def test_what_only_sounds_like_pregnancy_or_nursing_tells_nothing_of_it(text: str):
    assert read_fact("pregnant_or_breastfeeding", hear(text).said, asked=False).value is None


@pytest.mark.parametrize("text", ["I'm a man", "52 yo male, gout", "I'm 71 and retired", "64, male", "not pregnant",
                                  "I had a hysterectomy"])
def test_what_plainly_says_that_there_is_no_pregnancy_counts_unasked(text: str):
    assert read_fact("pregnant_or_breastfeeding", hear(text).said, asked=False).value == "no"


@pytest.mark.parametrize(("text", "value"), [
    ("no and not planning on it", "no"), ("planning to get pregnant soon", "unsure"),
    ("weaning my son off the breast", "yes"), ("taking clomid", "unsure"), ("on letrozole this cycle", "unsure"),
    ("on the pill", "no"),
])
def test_plans_count_unless_there_are_none(text: str, value: str):
    assert read_answer("pregnant_or_breastfeeding", text) == value


def test_who_takes_it_for_their_own_illness_speaks_of_nobody_else():
    assert not is_about_someone_else("it's for my lupus")
    assert is_about_someone_else("it's for my daughter")


def test_what_somebody_else_has_left_is_asked_about():
    assert read_answer("opioid_use", "my wife has been without since june") == "ask"
