"""What the turns before make of a message."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.conversation import elliptic, offers, picks
from bot.conversation.words import after_lead, words
from bot.form.words import plain_text
from bot.nlu.follow_up import FollowUps
from bot.nlu.outcome import (
    CONDITION_LISTED,
    CONDITION_NOT_LISTED,
    NOT_COVERED,
    OUT_OF_SCOPE,
    SCREENING,
    SUGGEST,
    Outcome,
)
from bot.nlu.ranking import about, asked_conditions, is_about_a_condition
from bot.nlu.understanding import Understanding

_SHORT, _FEW_WORDS = 6, 12
_DOUBTFUL = 0.7
_SURE_BY_ITSELF = 0.9
_FOLLOWS_ANSWER, _FOLLOWS_OTHER = 0.6, 0.5
"""How sure the learned reading of two turns must be, of an answer and of anything else."""
_HARDLY_FOREIGN, _FOLLOWS_ALL_THE_SAME, _FOLLOWS_THE_FOREIGN = 0.5, 0.4, 0.88
"""A message that is called foreign with no more certainty than the first ("says who") is more likely about the answer
before it, and so sure its reading need be then; one that is surely foreign by itself ("how long a washout") needs the
third."""
_A_YES = 0.5
"""From here on what looks like a yes takes what was offered."""


@dataclass(frozen=True)
class Context:
    """The last thing that was answered, and what the bot had to say beyond it."""

    last: Outcome | None = None
    why: str | None = None
    has_more: bool = False
    offered: tuple[Outcome, ...] = ()
    asks_to_screen: bool = False
    """Whether the last answer ended in the offer to go through the screening."""
    screened: bool = False
    """Whether the last reply said what the screening came to."""
    answered: tuple[Outcome, ...] = ()
    """Everything that the last turn which answered several things did, in its order."""
    message: str = ""
    """What the visitor wrote last; empty where the next message answers a form's question."""

    def resolve(self, text: str, outcomes: Sequence[Outcome], understanding: Understanding,
                follow_ups: FollowUps | None = None) -> list[Outcome]:
        """The outcomes with what only the turns before can tell."""
        if self.last is None or len(outcomes) > 1:
            return list(outcomes)
        only, plain = outcomes[0], plain_text(text)
        found = self._why(plain) or self._chosen(plain) or self._steps(plain, only) or self._more_of_it(plain, only)
        if found is not None:
            return [found]
        if only.label == self.last.label == CONDITION_LISTED and not only.condition and len(text.split()) <= _SHORT:
            return [replace(self.last, more=False)]  # "could it help", after "I have hashimoto's"
        short = elliptic.read(plain, self.last)
        return ([short] if short else self._same_question(text, only, understanding)
                or self._learned(text, only, understanding, follow_ups) or self._same_topic(text, only))

    def _why(self, plain: str) -> Outcome | None:
        assert self.last is not None
        if not words().whole("why", after_lead(plain)):
            return None
        if not self.why:
            return self.last if self.last.label == NOT_COVERED else None
        return replace(self.last, more=True) if self.why == self.last.label else Outcome(self.why)

    def _chosen(self, plain: str) -> Outcome | None:
        """The button that "the second one" means, where buttons were offered to choose from, or the one of several
        answers of which more is wished."""
        offered = self.offered if self.last is not None and self.last.label == SUGGEST else ()
        return picks.button(plain, offered) or picks.answer(plain, self.answered)

    def _steps(self, plain: str, only: Outcome) -> Outcome | None:
        """What takes up, or leaves, what was offered."""
        assert self.last is not None
        found = offers.to_the_questions(plain, only)
        if found is None and self.screened:
            found = offers.after_the_screening(plain)
        found = found or offers.goes_off(plain, only)
        if found is None and self.asks_to_screen and offers.takes_it_up(plain, only):
            found = Outcome(SCREENING)
        if found is None and offers.acknowledges(plain) and self.last.label != SUGGEST:
            found = only if not only.is_content else Outcome("smalltalk:affirm")
        return found

    def _more_of_it(self, plain: str, only: Outcome) -> Outcome | None:
        """What goes on with the last answer: "tell me more", a yes to its offer."""
        of_itself = words().in_("more_of_something", plain) and only.score >= _SURE_BY_ITSELF and only.is_content and (
            only.label not in (SUGGEST, OUT_OF_SCOPE))
        wished = words().whole("more", plain) and not of_itself
        agreed = only.label == "smalltalk:affirm" and only.score >= _A_YES
        return self._further(only) if wished or agreed else None

    def _same_question(self, text: str, only: Outcome, understanding: Understanding) -> list[Outcome]:
        """The question about a condition asked again of the conditions named now: "and for lupus?"."""
        count = len(text.split())
        if not self._is_about_a_condition() or count > _FEW_WORDS:
            return []
        found = asked_conditions(understanding.preparer.prepare(text).entities)
        doubtful = only.label in (SUGGEST, OUT_OF_SCOPE) or (only.label == NOT_COVERED and only.score < _DOUBTFUL)
        if not found or not (doubtful or (count <= _SHORT and words().starts("same_for", plain_text(text)))):
            return []
        return [about(Outcome(CONDITION_LISTED), condition) for condition in found]

    def _learned(self, text: str, only: Outcome, understanding: Understanding,
                 follow_ups: FollowUps | None) -> list[Outcome]:
        """What people who had asked that before meant by it, where the message is not clear by itself."""
        assert self.last is not None
        foreign = only.label == OUT_OF_SCOPE
        if follow_ups is None or not self.message or only.term or (
                only.label != SUGGEST and only.score >= _SURE_BY_ITSELF and not foreign):
            return []
        found = follow_ups.read(self.last, self.message, text)
        needed = _FOLLOWS_ANSWER if found.is_answer else _FOLLOWS_OTHER
        if foreign:
            needed = _FOLLOWS_ALL_THE_SAME if only.score < _HARDLY_FOREIGN else _FOLLOWS_THE_FOREIGN
        if found.label == only.label or found.score < needed:
            return []
        if not is_about_a_condition(found):
            return [found]
        named = asked_conditions(understanding.preparer.prepare(text).entities)
        if named:
            return [about(found, condition) for condition in named]
        return [replace(found, condition=self.last.condition, named=self.last.named, answer_as=self.last.answer_as,
                        group=self.last.group)
                if found.label == self.last.label else found]

    def _same_topic(self, text: str, only: Outcome) -> list[Outcome]:
        """Of several possible readings, the one that stays with the topic."""
        assert self.last is not None
        if only.label == SUGGEST and not only.term and len(text.split()) <= _FEW_WORDS:
            for option in only.options:
                if option.label == self.last.label and (option.is_answer or option.subject == self.last.subject):
                    return [option if option.condition else
                            replace(option, condition=self.last.condition, named=self.last.named)]
        return [only]

    def _further(self, only: Outcome) -> Outcome:
        assert self.last is not None
        if self.last.label == SUGGEST and len(self.offered) == 1:
            return self.offered[0]
        if self.has_more and not self.last.more:
            return replace(self.last, more=True, options=())
        if self.offered and self.last.label != SUGGEST:
            return self.offered[0]
        return only

    def _is_about_a_condition(self) -> bool:
        assert self.last is not None
        return self.last.label in (CONDITION_LISTED, "answer:who_benefits") or self.last.subject == CONDITION_NOT_LISTED
