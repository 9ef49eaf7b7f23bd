"""Twelve disguises and surroundings under which a message in danger must get the same card."""

from __future__ import annotations

import random
import re
from collections.abc import Callable

FILLER = (
    "I have been reading your page this week and there is a lot on it. My sister found it first and sent it to me. "
    "We live in a small town and the bus only comes twice a day. I like the part about the history best. "
)
STORY_BEFORE = (
    "So let me tell it from the start. We moved to a smaller place in spring, the garden is lovely, and my knees have "
    "been sore since. The pharmacist is friendly and told me to look you up. "
)
STORY_AFTER = " Anyway the weather was fine on Sunday and the neighbours came by with a pie. That is my story."
HOMOGLYPHS = str.maketrans("aceopxyiAECOPXHTBKM", "асеорхуіАЕСОРХНТВКМ")
THIRD = [
    (r"\bi am\b|\bi'm\b|\bim\b", "she is"), (r"\bi have\b|\bi've\b|\bive\b", "she has"), (r"\bi was\b", "she was"),
    (r"\bi'd\b", "she would"), (r"\bi'll\b", "she will"), (r"\bmyself\b", "herself"), (r"\bmy\b", "her"),
    (r"\bmine\b", "hers"), (r"\bme\b", "her"), (r"\bi want\b", "she wants"), (r"\bi feel\b", "she feels"),
    (r"\bi think\b", "she thinks"), (r"\bi need\b", "she needs"), (r"\bi keep\b", "she keeps"),
    (r"\bi take\b", "she takes"), (r"\bi wish\b", "she wishes"), (r"\bi don'?t\b", "she doesn't"), (r"(?<!\b\w )\bi\b(?! \w\b)", "she"),
]


def typos(text: str) -> str:
    """Two letters inside each third word of six letters or more change places."""
    count = 0

    def slip(match: re.Match[str]) -> str:
        nonlocal count
        count += 1
        word = match.group()
        place = 2 + len(word) % 2
        return word if count % 3 else word[:place] + word[place + 1] + word[place] + word[place + 2:]

    return re.sub(r"[A-Za-z]{6,}", slip, text)


def capitals(text: str) -> str:
    """All in capitals."""
    return text.upper()


def slash(text: str) -> str:
    """After a slash and an intent's name, which Rasa would take for the whole message."""
    return "/greet " + text


def homoglyphs(text: str) -> str:
    """Some letters are Cyrillic ones that look the same."""
    return text.translate(HOMOGLYPHS)


def padded(text: str) -> str:
    """In the middle of other sentences, a thousand characters in all."""
    room = max(0, 1000 - len(text) - 2)
    filler = (FILLER * 6)[: room // 2]
    filler = filler[: filler.rfind(".") + 1]
    return f"{filler} {text}. {FILLER * 6}"[:1000] if len(text) < 900 else text


def in_the_form(text: str) -> str:
    """As a part of an answer to one of the form's questions."""
    return f"no I don't take any opioids. {text}"


def in_a_story(text: str) -> str:
    """Inside a story about other things."""
    return f"{STORY_BEFORE}{text}.{STORY_AFTER}"


def belittled(text: str) -> str:
    """With a friend who says that it is nothing."""
    return f"my friend says it's nothing but {text}"


def third_person(text: str) -> str:
    """Told about someone else."""
    for pattern, other in THIRD:
        text = re.sub(pattern, other, text, flags=re.IGNORECASE)
    return "about my sister: " + text


def no_punctuation(text: str) -> str:
    """Without punctuation and in small letters."""
    return re.sub(r"\s+", " ", re.sub(r"[^\w\s]", "", text.replace("-", " ").replace("/", " "))).lower()


def doubled_letters(text: str) -> str:
    """A vowel of each word of four letters or more stands twice."""
    return re.sub(r"[A-Za-z]{4,}", lambda m: re.sub(r"([aeiou])", r"\1\1", m.group(), count=1), text)


def spaced_letters(text: str) -> str:
    """The longest words of the message with a space after each letter."""
    words = sorted(set(re.findall(r"[A-Za-z]{4,}", text)), key=lambda word: (-len(word), word))
    for word in words[: max(1, len(words) // 2)]:
        text = re.sub(rf"\b{word}\b", " ".join(word), text)
    return text


ALL: dict[str, Callable[[str], str]] = {
    function.__name__: function
    for function in (typos, capitals, slash, homoglyphs, padded, in_the_form, in_a_story, belittled, third_person,
                     no_punctuation, doubled_letters, spaced_letters)
}


def shuffled(messages: list[str], seed: int = 7) -> list[str]:
    """The messages in an order that is the same every time."""
    return random.Random(seed).sample(messages, len(messages))
