"""What steers a form in words, at any step: cancel, why, what do you mean, back."""

from __future__ import annotations

from bot.form.words import words

CANCEL, WHY, CLEAR, BACK = "cancel", "why", "clear", "back"


def control_of(text: str) -> str | None:
    """`cancel`, `why`, `clear` or `back` where the whole message (small letters) is just that. "Rather not say" is an
    answer, and so is "uh huh"."""
    if words().whole("plain.declined", text) or words().whole("lead.yes", text):
        return None
    return next((kind for kind in (CANCEL, WHY, CLEAR, BACK) if words().whole(f"control.{kind}", text)), None)


def is_about_the_form(question: str) -> bool:
    """Whether a question asks about the form's own question, not about LDN."""
    return control_of(question) in (WHY, CLEAR) or any(
        words().whole(place, question) for place in ("of_the_form", "wish_of_the_form"))
