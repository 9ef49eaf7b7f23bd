"""Where one question of a message may end and the next begin.

Only proposes places; whoever understands the pieces decides which of the cuts to keep.
"""

from __future__ import annotations

import re

_END = re.compile(r"(?<=[?!;])\s+|(?<=[a-z)\"'0-9][.])\s+(?=\S)|\n+|\s+-\s+|(?<=\?)(?=[A-Za-z])|\.{2,}\s*")
# "(1) is it safe (2) what does it cost": a mark counts only where its list has a first and a second.
_MARK = re.compile(r"(?:^|(?<=[\s,;:]))(?:\(?[1-9a-f]\)|[1-9]\.(?=\s))\s*(?=\w)", re.IGNORECASE)
_FIRST, _SECOND = (re.compile(rf"(?:^|[\s,;:])(?:\(?[{mark}]\)|[{mark[0]}]\.(?=\s))\s*\w", re.IGNORECASE)
                   for mark in ("1a", "2b"))
_QUESTION_START = (
    r"(?:what|whats|what's|whatll|what'll|how|hows|how's|when|whens|when's|where|wheres|where's|who|whos|who's|wholl|who'll|"
    r"why|which|"
    r"is|are|does|do|did|can|could|will|would|should|has|have|was|am|may|any)"
)
_SUBJECT = (
    r"(?:i|u|you|it|its|it's|this|that|ldn|there|they|we|my|the|a|ppl|people|someone|anyone|he|she|one|naltrexone)"
)
_JOINED = re.compile(
    rf"(?:\s*[,/&+]\s*|\s+)(?:(?:and|n|also|plus|or|but|&|oh and|and also)\s+)(?={_QUESTION_START}\b)"
    rf"|\s*,\s*(?={_QUESTION_START}\b)"
    rf"|\s+(?=(?:what|whats|how|when|where|who|why|which)\s+(?:is|are|do|does|did|can|s|should|much|long|many|often|about|the)\b)"
    rf"|\s+(?=(?:is|are|does|do|did|can|could|will|would|should)\s+{_SUBJECT}\b)"
    rf"|\s+(?=(?:whatll|what'll|whats|what's|hows|how's|wheres|where's|whos|who's)\s+\w+)"
    rf"|\s+(?=(?:and|also|plus)\s+)|\s+\+\s+",
    re.IGNORECASE,
)
_AUXILIARY = r"(?:is|are|do|does|did|can|could|will|would|should|has|have|was|am|may|might|if)"
# What stands left of a cut is no question yet: "how much | do i take", "can we | do that by phone", "do you know | if".
_UNFINISHED = re.compile(
    rf"^(?:(?:what|which|how|whose|when|where|who|why)(?:\s+(?!{_AUXILIARY}\b)\w+){{0,3}}"
    rf"|{_AUXILIARY}(?:\s+(?:i|u|you|it|we|they|he|she|not|so|that|this))?)$"
    rf"|^(?:if|since|because|cause|while|although|though|once|after|before|as|given)\b|^when\s+(?!{_AUXILIARY}\b)"
    r"|\b(?:wonder(?:ing)?|know|sure|ask|asking|see|tell me|if|whether|that|because|and|or|than|so)$",
    re.IGNORECASE,
)
_TAG = re.compile(
    r"^(?:is|are|does|do|did|can|could|will|would|should|has|have|was|am|may)n?'?t? \w+\W*$", re.IGNORECASE
)
_ONE_WORD_QUESTIONS = {"price", "cost", "dose", "dosage", "safe", "legal", "addictive", "hours", "address"}
_OPENERS = {"so", "and", "also", "ok", "but", "or", "plus", "n", "oh", "then", "well", "like"}


def sentences(text: str) -> list[str]:
    """The message cut at its own punctuation, at line ends, and at the marks of a numbered list."""
    if _FIRST.search(text) and _SECOND.search(text):
        text = _MARK.sub("\n", text)
    return [piece.strip() for piece in _END.split(text) if piece and piece.strip(" .,;!?-")]


def questions(text: str) -> list[str]:
    """The message cut at punctuation and before what looks like the start of another question.

    "how does it work is it safe" gives two pieces. Pieces without a letter or digit are dropped.
    """
    return [piece for sentence in sentences(text) for piece in cuts(sentence)]


def cuts(sentence: str) -> list[str]:
    """One sentence cut before what looks like the start of another question."""
    pieces: list[str] = []
    start = 0
    for cut in _JOINED.finditer(sentence):
        left = sentence[start:cut.start()].strip(" ,")
        right = sentence[cut.end():].strip()
        if _may_end(left) and len(_content(right)) >= 2 and not _TAG.match(right):
            pieces.append(left)
            start = cut.end()
    pieces.append(sentence[start:].strip(" ,"))
    return [piece for piece in pieces if re.search(r"\w", piece)]


def _may_end(left: str) -> bool:
    content = _content(left)
    if len(content) == 1:
        return content[0] in _ONE_WORD_QUESTIONS
    return len(content) >= 2 and not _UNFINISHED.search(" ".join(content))


def _content(piece: str) -> list[str]:
    return [word for word in piece.lower().split() if word not in _OPENERS]
