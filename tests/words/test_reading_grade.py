"""What we write for patients reads at grade 8 or easier (Flesch-Kincaid); the document's sentences stand as written."""

import json
import re

import yaml
from reading_grade import reading_grade

from bench.system import ROOT

GRADE = 8.0
DOCUMENT = (ROOT / "knowledge" / "ldn.md").read_text(encoding="utf-8")
_NAMES = re.compile(r"\b(?:Low Dose Naltrexone|LDN|naltrexone|Bello Wellness|info@bellowellness\.ca|811|911|"
                    r"pharmacist|clinician|medicine|automated|material|condition|\{\w+\})\b", re.IGNORECASE)


def own_sentences():
    responses = yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))["responses"]
    texts = [(name, variant["text"]) for name, variants in responses.items() for variant in variants
             if not name.startswith("utter_answer/")]
    connecting = yaml.safe_load((ROOT / "knowledge" / "connecting.yml").read_text(encoding="utf-8"))["sentences"]
    texts += [("connecting.yml", text) for text in connecting]
    widget = json.loads((ROOT / "widget" / "words" / "en.json").read_text(encoding="utf-8"))
    texts += [("widget/words/en.json", text) for text in _texts(widget) if text.endswith((".", "?"))]
    for name, text in texts:
        plain = re.sub(r"“[^”]*”", "it", text)
        plain = "\n".join(line for line in plain.splitlines() if not line.strip().startswith("- "))
        if plain.strip() and plain.strip() not in DOCUMENT:
            yield name, " ".join(plain.split())


def _texts(part):
    return [part] if isinstance(part, str) else [text for value in part.values() for text in _texts(value)]


def test_our_own_words_read_at_grade_8():
    # Names and a few words that cannot be said otherwise count as one easy word each.
    hard = []
    for name, text in own_sentences():
        grade = reading_grade(_NAMES.sub("it", text))
        if grade > GRADE:
            hard.append(f"{grade:4.1f} {name}: {text}")
    assert hard == []
