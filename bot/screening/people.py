"""Whether an answer speaks of somebody else than the visitor."""

from __future__ import annotations

import re

from bot.form.words import plain_text
from bot.screening.words import words

_CLAUSE = re.compile(r"[,.;!?]+\s*|\bbut\b|\band (?=i\b|i'm\b|my\b|mine\b)|\s-\s")
_FIRST_PERSON = re.compile(r"\b(?:i|i'm|im|i've|mine|me)\b")
_I_AM = re.compile(r"\W*(?:i'm|im|i am) ")
_ONESELF = re.compile(r"\b(?:i|i'm|im|i've|my|mine|me)\b")
_ASKS_FOR_ONESELF = re.compile(r"\b(?:for|suit|fit|help) me\b|\b(?:can|could|should|may|would|am|do|if) i\b")
_FEW_WORDS = 6
_PATTERN: re.Pattern[str] | None = None


def _pattern() -> re.Pattern[str]:
    global _PATTERN
    if _PATTERN is None:
        relation = "|".join(words().entries("someone_else.relation"))
        family = "|".join(words().entries("someone_else.family"))
        verb = "|".join(words().entries("someone_else.verb"))
        person = rf"(?:\w+ )?(?:{relation})(?:'s|s)?\b(?:[- ]in[- ]law)?(?: of mine)?"
        _PATTERN = re.compile(
            rf"(?<!when )(?<!since )(?<!because )(?<!as )\b(?:my|our|a|the|his|her) {person}"
            rf"(?='s|,| ?(?:{verb})\b| (?:who|are)\b)(?! had a vasectomy)"
            rf"|^\W*(?:(?:no|nope|yes|yeah|well|but) )?(?:{relation})(?:'s)? (?:{verb})\b"
            rf"|\b(?:some(?:one|body)|any(?:one|body)|a person|people|folks) (?:else )?(?:{verb}|on|with)\b(?! me\b)"
            rf"|\b(?:{family})\b|\basking for (?:my|a|our|her|him)\b|\bit'?s for (?:my|a|our) {person}"
            rf"|(?:^|[,.;] ?)(?:he|she) (?:{verb})\b|^\W*(?:he|she)'s\b"
            rf"|\b(?:the|a) \w+ (?:that |whom? )?(?:i|i'm|i am|we) (?:am )?(?:care|caring|ask\w*|work\w*|writ\w+"
            rf"|fill\w*|liv\w+|look\w*) (?:for|with|after|on behalf)\b"
        )
    return _PATTERN


def is_about_someone_else(text: str) -> bool:
    """Whether somebody else is the subject: "my daughter is expecting", "asking for my dad"."""
    return bool(_pattern().search(words().without("someone_else.reports", text)))


def is_about_oneself(text: str) -> bool:
    """Whether a clause speaks of the visitor: "my mum has MS but I have crohn's"."""
    return bool(_ONESELF.search(own_part(text)))


def own_part(text: str) -> str:
    """The clauses that speak of the visitor: "my mum has it, I do not" keeps the second."""
    clauses = (clause for clause in _CLAUSE.split(text) if clause.strip())
    # "my wife, fatty liver": a person alone is the subject of what follows; "lupus like my mom" is not about her.
    return " , ".join(clause for clause in clauses if not is_about_someone_else(_seen_alone(clause)))


def _seen_alone(clause: str) -> str:
    if _I_AM.match(clause):  # "i'm nursing a 3 month old and have lupus" is not about the child
        return words().without("someone_else.small", clause)
    return clause if _FIRST_PERSON.search(clause) else f"{clause},"


def is_ones_own_case(message: str) -> bool:
    """Whether a message tells something of the visitor and asks whether LDN could be for them: "I'm on suboxone, is it
    even possible for me"."""
    text = plain_text(message)
    return bool(words().in_("own_case.tells", text) and words().in_("own_case.asks", text))


def is_a_case(message: str) -> bool:
    """Whether it is asked of one person's case: the visitor's own, or that of somebody in their care."""
    return is_ones_own_case(message) or is_asked_for_them(plain_text(message))


def takes_up(message: str, before: str) -> bool:
    """Whether a message of a few words goes on with the visitor's own case, which the one before it told."""
    return len(message.split()) <= _FEW_WORDS and is_ones_own_case(before)


def asks_for_oneself(text: str) -> bool:
    """Whether it is asked for oneself: "for me", "can i"."""
    return bool(_ASKS_FOR_ONESELF.search(text))


def is_asked_for_them(text: str) -> bool:
    """Whether the check is asked for on behalf of somebody else: "could my mum take it", "is it right for her"."""
    relation = "|".join(words().entries("someone_else.relation"))
    if asks_for_oneself(text):
        return False
    them = rf"(?:my|our) (?:\w+ )?(?:{relation})(?!['’]s)"
    return bool(re.search(rf"\b(?:on behalf of|asking for|here for) {them}\b"
                          rf"|\b{them} (?:should|could|can|would|might|ought to)\b"
                          rf"|\b(?:something|anything|one|medicine|stuff) (?:that )?(?:she|he|they)"
                          rf" (?:could|can|should|might|may)\b"
                          rf"|\b(?:if|whether|should|could|can|would) (?:she|he|they) (?:should |could |can |might )?"
                          rf"(?:go on|take|try|be(?! (?:seen|covered|charged|there|in|at|able))|have|use|start)\b"
                          rf"|\b(?:is|are) (?:she|he|they) (?:an? )?(?:\w+ )?(?:candidates?|fit|suited|eligible)\b"
                          rf"|\b(?:can|could|would|should|may|will|is|does)\b.{{0,25}}\b{them}\b"
                          rf"|\b(?:for|suit|fit|help) (?:{them}|her|him|them)\b", text))


def in_their_place(text: str) -> str:
    """What is said of the other person as that person would say it: "she's 79, her liver is fine"."""
    relation = "|".join(words().entries("someone_else.relation"))
    who = rf"(?:she|he|(?:(?:my|our) )?(?:{relation}))"
    for pattern, mine in ((rf"\b{who}['’]?s? (?=liver|kidneys?|tests?|bloods?|doctor)", "my "),
                          (rf"\b{who}(?:['’]?s| is)\b", "I'm"), (rf"\b{who}\b", "I"), (r"\b(?:her|his)\b", "my"),
                          (r"\bI has\b", "I have"),
                          (r"\bI (take|wear|use|get|need|want|think|say|know|feel|wonder|stick|put|drink|ask)s\b",
                           r"I \1")):
        text = re.sub(pattern, mine, text, flags=re.IGNORECASE)
    return text


def but_borrowed(text: str) -> str:
    """The text without whose medicine it was that the visitor took: "I had two of my husband's percocets"."""
    relation = "|".join(words().entries("someone_else.relation"))
    return re.sub(rf"\b(i(?:['’]ve)? (?:\w+ )?(?:had|took|taken|take|tried|used|use|borrow\w*|popped|sneak|snuck|stole)"
                  rf"(?: \w+){{0,4}}?) (?:my|our|the|his|her) (?:\w+ )?(?:{relation})['’]s?\b", r"\1", text)


def is_for_them(text: str) -> bool:
    """Whether the other person is the one who would take LDN."""
    return bool(words().in_("someone_else.herself", text))
