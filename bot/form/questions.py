"""Parts a message into what it says and what it asks."""

from __future__ import annotations

import re

from bot.form import plain
from bot.form.words import words
from language.segments import questions as pieces_of

_END = re.compile(r"(?<=[?!;.])\s+|\n+")
_PAUSE = re.compile(r"(?:\.{2,}|…)\s+(?=[a-z0-9])")
"""Three dots inside a sentence: "I got off it in like... 2 weeks ago?"."""
_OPENERS = re.compile(r"^\W*(?:(?:and|but|so|ok|okay|k+|alright|all right|right|fine|great|cool|also|then|um+|well|hey"
                      r"|wait|w8|now|btw|oh|quick (?:q|question)|one (?:more|other) thing"
                      r"|(?:i )?(?:just |also )?(?:forgot|meant|wanted|have|need) to ask)\W+)+")
_JOIN = re.compile(r",?\s+(?:but |and |also |btw |by the way |oh and )(?=\S)", re.IGNORECASE)


def split_questions(text: str) -> tuple[str, list[str]]:
    """The statements as one text, and the questions. "no. is it safe?" says "no." and asks "is it safe?"."""
    said: list[str] = []
    asked: list[str] = []
    for sentence in _END.split(_PAUSE.sub(", ", text)):
        for piece in _pieces(sentence.strip()):
            (asked if _is_question(piece) else said).append(piece)
    return " ".join(said), asked


def _pieces(sentence: str) -> list[str]:
    if not sentence:
        return []
    lead = plain.lead_of(sentence.lower())
    if lead.value and lead.rest and _is_question(lead.rest):
        cut = len(sentence) - len(lead.rest)
        return [sentence[:cut], sentence[cut:]]
    comma = [place.end() for place in re.finditer(r",\s*", sentence)
             if words().starts("question_inside", sentence[place.end():])]
    if comma and len(sentence[:comma[0]].split()) >= 3 and not words().starts("question", sentence):
        return [sentence[:comma[0]], sentence[comma[0]:]]
    if _is_question(sentence):
        return [sentence]
    cuts = [match for match in _JOIN.finditer(sentence) if _is_question(sentence[match.end():])]
    if cuts:
        return [sentence[:cuts[0].start()], sentence[cuts[0].end():]]
    found = pieces_of(sentence)
    if any(words().starts("question_inside", piece) for piece in found[1:]):
        return found
    return [sentence]


def _is_question(text: str) -> bool:
    if words().whole("plain.declined", text.lower()) or words().whole("rhetorical", text.lower()):
        return False
    if words().starts("question", _OPENERS.sub("", text.lower())):
        return True
    return text.rstrip().endswith("?") and len(text.split()) >= 3 and not words().starts("lead.yes", text.lower())
