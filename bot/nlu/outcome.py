"""One thing that a message comes to; the labels are those of docs/outcomes."""

from __future__ import annotations

from dataclasses import dataclass, field

NOT_COVERED, OUT_OF_SCOPE, SUGGEST = "not_covered", "out_of_scope", "suggest"
CONDITION_LISTED, CONDITION_NOT_LISTED = "answer:condition_listed", "condition_not_listed"
OPIOIDS, OTHER_MEDICINE, SCREENING = "answer:opioids", "other_medicine", "screening"
_OF_A_CASE = (CONDITION_LISTED, OPIOIDS, "answer:pregnancy_breastfeeding", "answer:liver_disease",
              "answer:naltrexone_allergy")
_SUBJECTS_OF_A_CASE = (CONDITION_NOT_LISTED, "older_age")


@dataclass(frozen=True)
class Outcome:
    """One thing that a message comes to.

    `label` is the outcome of docs/outcomes; `subject` goes with not_covered; `condition` is a canonical name, `named`
    what to call it and `answer_as`/`group` how the document sees it; `score` is how likely it was asked, in 0..1;
    `term` is the ambiguous word that `options` tell apart, or a button's own title; `options` are the next best, for
    buttons.
    """

    label: str
    score: float = 1.0
    subject: str | None = None
    condition: str | None = None
    named: str | None = None
    answer_as: str | None = None
    group: str | None = None
    more: bool = False
    term: str | None = None
    options: tuple[Outcome, ...] = field(default=())

    @property
    def key(self) -> tuple[str, str | None, str | None]:
        """What makes two outcomes the same thing asked."""
        return self.label, self.subject, self.condition

    @property
    def is_content(self) -> bool:
        """Whether it says more than small talk."""
        return not self.label.startswith("smalltalk:")

    @property
    def may_be_of_a_case(self) -> bool:
        """Whether it speaks of what the screening asks for, so that it may be asked of one person's case."""
        return self.label in _OF_A_CASE or self.subject in _SUBJECTS_OF_A_CASE

    @property
    def is_answer(self) -> bool:
        """Whether it is answered from the document: the kind that can be wrong."""
        return self.label.startswith("answer:")
