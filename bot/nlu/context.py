"""What the turns before make of a message: "and for lupus?", "why?", "yes", "tell me more"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from bot.nlu.follow_up import FollowUps
from bot.nlu.outcome import SCREENING
from bot.nlu.ranking import about, asked_conditions, is_about_a_condition
from bot.nlu.understanding import (
    CONDITION_LISTED,
    CONDITION_NOT_LISTED,
    NOT_COVERED,
    OUT_OF_SCOPE,
    SUGGEST,
    Outcome,
    Understanding,
)

if TYPE_CHECKING:
    from rasa.shared.core.trackers import DialogueStateTracker

_WHY = re.compile(
    r"^\W*(?:and |but |ok |so )*(?:why|how come|y tho|why is that|why so|y)\b\W*(?:not|tho|though|is that|so)?\W*$",
    re.I,
)
_MORE = re.compile(
    r"^\W*(?:(?:can u |can you |pls |please )*(?:tell|say|explain|know) (?:me )?(?:a bit |some )?more\b.*"
    r"|more(?: (?:info|details?|please|pls))?|go on|continue|elaborate|details?)\W*$",
    re.I,
)
_MORE_OF_SOMETHING = re.compile(r"\bmore (?:about|on|of|regarding) (?!(?:it|that|this|them|those|these)\b)", re.I)
"""Names what more is wished of: a question of its own, where that is sure by itself."""
_ACKNOWLEDGES = re.compile(
    r"^\W*(?:(?:oh|ah|aha|hm+|huh|mhm+|ok|okay|okey|k+|alright|all right|right|cool|nice|great|good|perfect|awesome"
    r"|lovely|sweet|neat|wow|phew|whew|yay|oof|ugh"
    r"|interesting|noted|understood|gotcha|got it|i see|fair enough|makes sense|good to know)"
    r"\b\W*)+(?:then\W*)?$",
    re.I,
)
"""Says that an answer was read, and asks for nothing: no yes to what was offered beside it."""
_FOLLOWS = re.compile(r"^\W*(?:and|what about|how about|wat about|or|also|same for|n|what of|hbu)\b", re.I)
_SHORT = 6
_FEW_WORDS = 12
_LEAD = r"^\W*(?:(?:and|ok|okay|so|then|but|lol|ha|haha|well|oh|what about|how about|also)\W+)*"
_HOW_MUCH = re.compile(_LEAD + r"how much(?: then| tho| though)?\W*$", re.I)
_FOR_ME = re.compile(_LEAD + r"(?:for |in )?(?:me|myself|us|my (?:case|own case|situation))\W*(?:then)?\W*$", re.I)
_ASKS_WHOM = re.compile(
    _LEAD + r"who(?:m)? (?:do|can|should|would|must|could|shall) (?:i|we|one|you) (?:then )?"
    r"(?:ask|talk to|call|contact|speak (?:to|with)|email|phone|write(?: to)?)"
    r"(?: about (?:it|this|that))?(?: then)?\W*$"
    r"|(?:^|[.!,]\s)\W*(?:(?:and|so|ok|okay|then|but|well)\W+)*who (?:does|do|would|might|could)(?: actually| even)?"
    r" (?:know|tell me|say)(?: (?:this|that|it))?(?: then)?\W*$",
    re.I,
)
_ASKS_A_PERSON = re.compile(
    r"\b(?:ask|talk|speak|write|chat|reach|contact)\b.{0,12}\b(?:them|her|him|one of (?:them|you|those))\W*$", re.I
)
_TO_SEE_THEM = re.compile(
    _LEAD + r"(?:how|where|when) (?:do|can|could|would|should) (?:i|we) (?:get to )?(?:see|meet|get in (?:with|to see))"
    r" (?:them|her|him|one(?: of (?:them|you))?|you|someone|somebody)(?: then)?\W*$", re.I)
_TO_SEE_YOU = re.compile(
    _LEAD + r"(?:for |to )?(?:see(?:ing)? (?:you|someone|the doctor)"
    r"|(?:the |a )?(?:visit|consult|consultation|appointment))\W*$",
    re.I,
)
_ORDINAL = re.compile(
    _LEAD + r"(?:i (?:mean|meant|want) )?(?:the )?(?:(first|1st|1|top)|(second|2nd|2|middle)|(third|3rd|3|last))"
    r"(?: one| option)?(?: please| pls)?\W*$",
    re.I,
)
_ONE_OF_SEVERAL = re.compile(
    _LEAD + r"(?:(?:can you |could you |please |pls )*(?:tell|say|explain|give|know|hear)\b.{0,24}?|more\b.{0,12}?)?"
    r"\b(?:on |about )?the (?:(first|1st|former)|(second|2nd|latter)|(third|3rd))"
    r"(?: one| part| bit| thing| question| answer)?(?: please| pls| more)?\W*$",
    re.I,
)
_SENTENCE_END = re.compile(r"[.!]+\s+(?=\w)")
_TO_THE_QUESTIONS = re.compile(
    r"^\W*(?:\w+\W+){0,4}?(?:let'?s|let me|can we|can i|could we|could i|want to|wanna|i'?ll|i will|ready to|back to"
    r"|go (?:back )?(?:to|on with)|ok|okay|alright|all right|please|fine|sure|yes|yeah|go ahead|you can"
    r"|by all means)\W+"
    r"(?:(?:then|just|now|go|try|do|redo|start|finish|continue|resume|back|to|on|with|through|take|again|ask|me|us|run"
    r"|fill|in|out|we|you|can|by|all|means)\W+){0,5}"
    r"(?:the|those|these|your|that|ur|them)?\W*"
    r"(?:questions?|form|quiz|questionnaire|checklist|screening|survey)"
    r"(?: (?:again|then|now|please|pls|after all))*\W*$",
    re.I,
)
"""Wishes to go through the screening, or through it again."""
_GOES_AHEAD = re.compile(
    r"^\W*(?:k+|ok|okay|yes|yep|ya|yeah|sure)\W+go\b"
    r"|\b(?:fire away|shoot|go (?:right )?ahead|go for it|please do|ask (?:away|me|your)|(?:you )?(?:can|may) ask"
    r"|go on then|let'?s (?:go|do (?:it|this|that))|hit me|proceed|bring (?:it|them) on|(?:i'?m|we'?re) (?:game|ready)"
    r"|(?:without|not|don'?t|no) sav(?:e|ing)"
    r"|(?:s?he|they|mom|mum|dad|wife|hubby|husband) (?:says?|said|sez|goes) (?:yes|yeah|yep|ok|okay|sure|go)"
    r"|(?:s?he'?s|they'?re) (?:fine|ok|okay|good|happy|cool|alright) with (?:it|that|this|me))\b", re.I)
"""Takes up the offer that the answer before it ended in."""
_PASSES = re.compile(
    _LEAD + r"(?:will|does|do|would|can|is) (?:it|that|this|they|these|those)"
    r"(?: (?:just|ever|usually|going to|gonna))? "
    r"(?:go away|pass|stop|wear off|get better|get worse|fade|last|settle)\b.{0,20}$",
    re.I,
)
_ONLINE = re.compile(
    _LEAD + r"(?:(?:can i (?:get|buy|order) (?:it|some) )?(?:online|over the counter|otc|on amazon)"
    r"|(?:online )?from (?:india|mexico|the states|the us|abroad|overseas|amazon))\b.{0,20}$",
    re.I,
)
_OTHER_PATHWAY = re.compile(
    _LEAD + r"(?:tell me |explain )?(?:(?:what|how)(?:'s| is| about| does)? )?(?:about )?the (?:other|second|2nd) "
    r"(?:pathway|system|one|half|part|way|mechanism|bit)(?: do| work| then)?\W*(?:,[^?,]{1,40})?\W*$",
    re.I,
)
_ONE_PATHWAY = re.compile(
    r"\bthe (?:(first|1st)|(?:second|2nd))(?: (?:one|of (?:them|these|those|the two)))?"
    r"(?: (?:pathway|path|system|mechanism|way))?\W*$", re.I)
"""Asks, after "two main pathways", for one of them: "expand on the first pathway", "so a blockade. and the second?"."""
_PATHWAYS = {"answer:endorphins": "answer:immune_calming", "answer:immune_calming": "answer:endorphins"}
"""The document's "two main pathways"."""
_OF_EFFECTS = ("symptom", "side_effect_not_named")
_OF_MONEY = ("answer:cost",)
_MONEY_SUBJECTS = ("insurance", "visit_fee", "pharmacy")
_ABOUT_WHOM = ("answer:who_benefits", "answer:not_appropriate", "answer:condition_listed", "answer:safety",
               "answer:opioids", "answer:liver_disease", "answer:pregnancy_breastfeeding")
_ABOUT_WHOM_SUBJECTS = ("children", "older_age", "pets", "condition_not_listed", "response_rate")
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
_LEAVES = re.compile(r"^\W*(?:(?:k+|ok|okay|cool|thanks|thx|ty|alright|gotta go|figures|typical|oh well)\b\W*)*"
                     r"(?:laters?|ttyl|cya|see ya|bye+|bye ?bye|good ?night|nite|gn|gotta go)\W*$", re.I)

_GOES_OFF = re.compile(
    r"^\W*(?:(?:k+|ok|okay|alright|right|cool|thanks?|thank you|thnx|thx|ty|cheers|great|good|perfect|sure|yes|ya|yeah|"
    r"well|so|then|and|i guess)\b\W*)*(?:(?:i|s?he|they|we)['’]?ll|(?:i|s?he|they) will|imma"
    r"|i['’]?m (?:gonna|going to)|gonna|let me)\s+(?:just |go |have to |probably |maybe )*"
    r"(?:tell|show|ask|ring|call|phone|talk (?:to|with)|speak (?:to|with)|think|sleep on|read|look|bring|mention|pass"
    r"|see|print|discuss|wait|check)\b[^?]{0,60}$", re.I)
"""Says what somebody does next: "ok i'll show her this" takes nothing that was offered."""
_PASSES_ON = re.compile(r"\b(?:tell|show|let) (?:her|him|them|my \w+)\b", re.I)
_VERDICT = re.compile(
    r"^\W*(?:(?:so|ok|okay|then|but|and|well|hm+)\W+)*(?:(?:does|do|did|would) (?:that|this|it) (?:all )?mean"
    r" (?:a |it'?s a |that )?(?:no|yes|i'?m out|i can(?:'?t)?)\b"
    r"|(?:is (?:it|that|this)|that'?s|it'?s) (?:a )?(?:no|yes)\b"
    r"|(?:a )?yes or (?:a )?no\b|(?:can|may|could) i or can'?t i|am i (?:in or out|in|out)\b"
    r"|(?:what'?s|what is) (?:the|your) (?:verdict|answer)\b).{0,20}$", re.I)
"""Asks, once the screening is over, what it comes to: it says so again."""
_WHAT_NEXT = re.compile(
    _LEAD + r"(?:what(?:'?s| is| comes)? (?:happens |do i do |do we do |should i do )?"
    r"(?:(?:to|with) (?:this|that|it|them|these|those|(?:all )?(?:this|my answers?)) )?(?:now|next|then|from here)"
    r"(?: then)?|now what|what'?s (?:the )?next step|next steps?|where do i go from here)\W*$", re.I)
"""Asks, once the screening is over, what follows."""
_THANKS = re.compile(r"\b(?:thanks?|thnx|thx|ty|cheers)\b", re.I)


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
    """Everything that the last turn answered, in its order."""
    message: str = ""
    """What the visitor wrote last; empty where the next message answers a form's question."""

    def resolve(self, text: str, outcomes: Sequence[Outcome], understanding: Understanding,
                follow_ups: FollowUps | None = None) -> list[Outcome]:
        """The outcomes with what only the turns before can tell."""
        if self.last is None or len(outcomes) > 1:
            return list(outcomes)
        only = outcomes[0]
        if _WHY.match(text) and self.why:
            return [replace(self.last, more=True) if self.why == self.last.label else Outcome(self.why)]
        chosen = self._chosen(text)
        if chosen is not None:
            return [chosen]
        if _TO_THE_QUESTIONS.search(_SENTENCE_END.split(text.strip())[-1]) and not only.label.startswith("handoff:"):
            return [Outcome(SCREENING)]
        if self.screened and _VERDICT.match(text):
            return [Outcome(SCREENING)]
        if self.screened and _WHAT_NEXT.match(text):
            return [Outcome("handoff:booking")]
        if _LEAVES.match(text):
            return [Outcome("smalltalk:bye")]
        if _GOES_OFF.match(text) and (not only.is_content or (
                _PASSES_ON.search(text) and only.score < _SURE_BY_ITSELF)):
            return [Outcome("smalltalk:thanks" if _THANKS.search(text) else "smalltalk:bye")]
        if self.asks_to_screen and self._takes_it_up(text, only):
            return [Outcome(SCREENING)]
        if _ACKNOWLEDGES.match(text) and self.last.label != SUGGEST:
            return [only if not only.is_content else Outcome("smalltalk:affirm")]
        of_itself = _MORE_OF_SOMETHING.search(text) and only.score >= _SURE_BY_ITSELF and only.is_content and (
            only.label not in (SUGGEST, OUT_OF_SCOPE))
        if (_MORE.match(text) and not of_itself) or (only.label == "smalltalk:affirm" and only.score >= _A_YES):
            return [self._further(only)]
        if only.label == self.last.label == CONDITION_LISTED and not only.condition and len(text.split()) <= _SHORT:
            return [replace(self.last, more=False)]  # "could it help", after "I have hashimoto's"
        return (self._elliptic(text) or self._same_question(text, only, understanding)
                or self._learned(text, only, understanding, follow_ups) or self._same_topic(text, only))

    def _chosen(self, text: str) -> Outcome | None:
        """The button that "the second one" means, where buttons were offered to choose from, or the one of several
        answers of which more is wished."""
        offered = self.offered if self.last is not None and self.last.label == SUGGEST else ()
        chosen = _picked(_ORDINAL, text, offered)
        if chosen is not None or len(self.answered) < 2:
            return chosen
        again = _picked(_ONE_OF_SEVERAL, text, self.answered)
        return replace(again, more=True) if again is not None and again.is_answer else again

    def _takes_it_up(self, text: str, only: Outcome) -> bool:
        """Whether the offer to go through the screening is taken up; the form reads what exactly was consented to."""
        if only.label == "smalltalk:affirm" or _ACKNOWLEDGES.match(text):
            return True
        asks, words = "?" in text, len(text.split())
        vague = only.label in ("smalltalk:help", OUT_OF_SCOPE, SUGGEST)
        return not asks and ((vague and words <= _SHORT) or (words <= _FEW_WORDS and bool(_GOES_AHEAD.search(text))))

    def _elliptic(self, text: str) -> list[Outcome]:
        """What a few words mean only after the last answer."""
        assert self.last is not None
        of_money = self.last.label in _OF_MONEY or self.last.subject in _MONEY_SUBJECTS
        if _HOW_MUCH.match(text) and not of_money:
            return [Outcome("answer:dose_range")]
        if of_money and _TO_SEE_YOU.match(text):
            return [Outcome(NOT_COVERED, subject="visit_fee")]
        if _FOR_ME.match(text) and (self.last.label in _ABOUT_WHOM or self.last.subject in _ABOUT_WHOM_SUBJECTS):
            return [Outcome(SCREENING)]
        of_effects = self.last.label == "answer:side_effects" or self.last.subject in _OF_EFFECTS
        if of_effects and _PASSES.match(text):
            return [self.last]
        if "limited data" in text.lower() or (
                self.last.label == "answer:pregnancy_breastfeeding" and "limited" in text.lower()):
            return [Outcome("answer:pregnancy_breastfeeding")]  # the document's own words, asked about
        if self.last.label == "answer:prescription" and _ONLINE.match(text):
            return [self.last]
        if self.last.label in _PATHWAYS and _OTHER_PATHWAY.match(text):
            return [Outcome(_PATHWAYS[self.last.label])]
        one = _ONE_PATHWAY.search(text) if self.last.label in ("answer:how_it_works", *_PATHWAYS) else None
        if one:
            return [Outcome(list(_PATHWAYS)[0 if one.group(1) else 1])]
        of_staff = self.last.subject == "clinic_staff" or self.last.label in ("smalltalk:bot", "answer:about_clinic")
        if _ASKS_WHOM.search(text):
            return [Outcome("handoff:email")]
        if of_staff and _TO_SEE_THEM.match(text):
            return [Outcome("handoff:booking")]
        if of_staff and _ASKS_A_PERSON.search(text):
            return [Outcome("handoff:email")]
        return []

    def _same_question(self, text: str, only: Outcome, understanding: Understanding) -> list[Outcome]:
        """The question about a condition asked again of the conditions named now: "and for lupus?"."""
        words = len(text.split())
        if not self._is_about_a_condition() or words > _FEW_WORDS:
            return []
        found = asked_conditions(understanding.preparer.prepare(text).entities)
        doubtful = only.label in (SUGGEST, OUT_OF_SCOPE) or (only.label == NOT_COVERED and only.score < _DOUBTFUL)
        if not found or not (doubtful or (words <= _SHORT and _FOLLOWS.match(text))):
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


def _picked(pattern: re.Pattern[str], text: str, among: Sequence[Outcome]) -> Outcome | None:
    """The one whose place the text names."""
    found = pattern.match(text)
    place = next((number for number, group in enumerate(found.groups()) if group), None) if found else None
    return among[place] if place is not None and place < len(among) else None


def context_of(tracker: DialogueStateTracker | None) -> Context:
    """The context that the tracker's last turn leaves."""
    from rasa.shared.core.events import BotUttered

    from bot.nlu.outcome_data import OFFERS, REPLIES, from_choice, from_data

    if tracker is None or tracker.latest_message is None or not tracker.latest_message.parse_data:
        return Context()
    outcomes = from_data(tracker.latest_message.parse_data.get("outcomes") or [])  # type: ignore[typeddict-item]
    if not outcomes:
        return Context()
    said: dict[str, Any] = {}
    for event in reversed(tracker.events):
        if isinstance(event, BotUttered):
            said = event.metadata.get("metadata") or {}
            break
    reply = (said.get(REPLIES) or [{}])[-1]
    payloads = [button["payload"] for button in reply.get("buttons") or ()]
    return Context(
        message="" if tracker.active_loop_name else tracker.latest_message.text or "",
        last=outcomes[-1], answered=tuple(outcomes), why=reply.get("why"),
        has_more=any(payload.get("more") for payload in payloads),
        asks_to_screen=reply.get(OFFERS) == SCREENING,
        screened=any(str(label).startswith("screening:done") for label in reply.get("outcomes") or ()),
        offered=tuple(from_choice(payload) for payload in payloads
                      if not payload.get("more") and payload["outcome"] != "none_of_these"),
    )
