"""The graph component that decides what a message comes to, trained by `rasa train`."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any, Dict, List, Optional, Sequence

import spacy
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import INTENT, INTENT_NAME_KEY, PREDICTED_CONFIDENCE_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.answers.document import DOCUMENT
from bot.conversation.context import Context
from bot.conversation.tracker import context_of
from bot.nlu import lexicon
from bot.nlu.ambiguous import FILE as AMBIGUOUS
from bot.nlu.follow_up import PAIRS, FollowUps, load_pairs
from bot.nlu.model import Model
from bot.nlu.outcome import SCREENING
from bot.nlu.outcome_data import HOPES, from_choice, to_data
from bot.nlu.readable import unreadable
from bot.nlu.understanding import NOT_COVERED, SUGGEST, Outcome, Thresholds, Understanding
from bot.nlu.words import Preparer, make_speller, vocabulary
from language import encoder

OUTCOMES = "outcomes"
INTENT_RANKING = "intent_ranking"
RESPONSE_SELECTOR = "response_selector"
UNREADABLE = "unreadable"
HANDOFF = "handoff:"
RETRIEVAL_INTENTS = ("answer", NOT_COVERED, "handoff", "smalltalk")
_LIKELY_A_CASE = -6.5
"""In log-odds of the labeller's. Of 300 new lines that ask something else 9 are above it, of 300 openings in people's
own words 284."""
_ROOM = Path(__file__).resolve().parent


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class OutcomeClassifier(GraphComponent):
    """Writes `outcomes` (all that was asked, in order), and for Rasa's rules the first one as `intent`.

    A retrieval intent ("answer/dose_range") is driven through the `response_selector` property, as Rasa's own
    ResponseSelector would. The thresholds of config.yml are those of `bot.nlu.understanding.Thresholds`.
    """

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        """The thresholds that held-out messages gave (docs/understanding.md)."""
        return asdict(Thresholds())

    @staticmethod
    def required_packages() -> List[str]:
        """What the component imports beyond Rasa."""
        return ["onnxruntime", "sklearn", "spacy"]

    @classmethod
    def fingerprint_addon(cls, config: Dict[str, Any]) -> str:
        """The document, the lexicons, the encoder and this room's code count into what Rasa has trained."""
        digest = hashlib.sha256(DOCUMENT.read_bytes())
        digest.update(lexicon.fingerprint().encode())
        digest.update(json.dumps([encoder.shared().fingerprint(), spacy.__version__]).encode())
        language = Path(encoder.__file__).parent.glob("*.py")
        for path in sorted([*_ROOM.glob("*.py"), AMBIGUOUS, PAIRS, *language]):
            digest.update(path.read_bytes())
        return digest.hexdigest()

    def __init__(self, config: Dict[str, Any], model_storage: ModelStorage, resource: Resource) -> None:
        self._thresholds = Thresholds(**{name: float(config[name]) for name in asdict(Thresholds())})
        self._storage = model_storage
        self._resource = resource
        self._understanding: Optional[Understanding] = None
        self._follow_ups: Optional[FollowUps] = None

    @classmethod
    def create(cls, config: Dict[str, Any], model_storage: ModelStorage, resource: Resource,
               execution_context: ExecutionContext) -> OutcomeClassifier:
        """Made by Rasa for training."""
        return cls(config, model_storage, resource)

    @classmethod
    def load(cls, config: Dict[str, Any], model_storage: ModelStorage, resource: Resource,
             execution_context: ExecutionContext, **kwargs: Any) -> OutcomeClassifier:
        """Made by Rasa from a trained model. Raises `ModelMismatch` where the encoder is another one."""
        component = cls(config, model_storage, resource)
        with model_storage.read_from(resource) as folder:
            model = Model.load(folder, encoder.shared())
            counts = json.loads((folder / "vocabulary.json").read_text(encoding="utf-8"))
            understanding = component._use(model, counts)
            component._follow_ups = FollowUps.load(folder, understanding, encoder.shared())
        return component

    def train(self, training_data: TrainingData) -> Resource:
        """Learns every example of data/ by its full intent, then what follows upon what."""
        examples = [(message.get(TEXT), message.get_full_intent()) for message in training_data.intent_examples]
        texts = [text for text, _ in examples]
        terms = lexicon.load()
        counts = vocabulary(texts, terms)
        shared = encoder.shared()
        preparer = Preparer(terms, make_speller(counts, shared.tokens))
        prepared = [preparer.prepare(text) for text in texts]
        model = Model(shared)
        model.train([p.text for p in prepared], [p.words for p in prepared], [label for _, label in examples])
        self._follow_ups = FollowUps(self._use(model, counts), shared)
        self._follow_ups.train(load_pairs(model.labels))
        with self._storage.write_to(self._resource) as folder:
            model.save(folder)
            self._follow_ups.save(folder)
            (folder / "vocabulary.json").write_text(json.dumps(dict(counts)), encoding="utf-8")
        return self._resource

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Nothing after the classifier learns from its output."""
        return training_data

    def process(self, messages: List[Message], tracker: DialogueStateTracker = None) -> List[Message]:
        """Reads each message in the light of the turns before it."""
        for message in messages:
            outcomes = self._outcomes(message, context_of(tracker))
            self._write(message, outcomes)
            message.set(HOPES, self._hopes(message.get(TEXT) or "", outcomes), add_to_output=True)
        return messages

    def process_with_domain(self, messages: List[Message], domain: Domain) -> List[Message]:
        """As `process`; Rasa's testing commands call it so."""
        return self.process(messages)

    def _outcomes(self, message: Message, context: Context) -> List[Outcome]:
        choice = (message.get("metadata") or {}).get("choice")
        if choice:
            return [from_choice(choice)]
        text = message.get(TEXT) or ""
        if unreadable(text):
            return [Outcome(UNREADABLE)]
        assert self._understanding is not None, "the component was neither trained nor loaded"
        return context.resolve(text, self._understanding.read(text), self._understanding, self._follow_ups)

    def _hopes(self, text: str, outcomes: Sequence[Outcome]) -> bool:
        """Whether a question about a condition, or about what speaks against LDN, is likely asked of one's own case."""
        if len(outcomes) != 1 or not outcomes[0].may_be_of_a_case or not text.strip():
            return False
        assert self._understanding is not None, "the component was neither trained nor loaded"
        return self._understanding.said(text).of_label(SCREENING) >= _LIKELY_A_CASE

    def _write(self, message: Message, outcomes: List[Outcome]) -> None:
        # Whatever else is asked beside it, a wish to be screened, or to reach the clinic, starts its form: Rasa's rules
        # see one intent only.
        first = next((outcome for outcome in outcomes if outcome.label == SCREENING), None) or next(
            (outcome for outcome in outcomes if outcome.label.startswith(HANDOFF)), outcomes[0])
        intent, name = rasa_intent(first)
        message.set(OUTCOMES, to_data(outcomes), add_to_output=True)
        message.set(INTENT, {INTENT_NAME_KEY: intent, PREDICTED_CONFIDENCE_KEY: first.score}, add_to_output=True)
        message.set(INTENT_RANKING, [
            {INTENT_NAME_KEY: rasa_intent(option)[0], PREDICTED_CONFIDENCE_KEY: option.score}
            for option in (first, *first.options)
        ], add_to_output=True)
        message.set(RESPONSE_SELECTOR, _selector(intent, name, first.score), add_to_output=True)

    def _use(self, model: Model, counts: Dict[str, int]) -> Understanding:
        from collections import Counter

        preparer = Preparer(lexicon.load(), make_speller(Counter(counts), encoder.shared().tokens))
        self._understanding = Understanding(model, preparer, self._thresholds)
        return self._understanding


def rasa_intent(outcome: Outcome) -> tuple[str, str | None]:
    """Rasa's intent for an outcome and, for a retrieval intent, what comes behind the slash."""
    if outcome.label == NOT_COVERED:
        return NOT_COVERED, outcome.subject or "other"
    group, _, name = outcome.label.partition(":")
    if group in RETRIEVAL_INTENTS:
        return group, name
    return (SUGGEST if outcome.label == "none_of_these" else group), None


def _selector(intent: str, name: str | None, score: float) -> Dict[str, Any]:
    selector: Dict[str, Any] = {"all_retrieval_intents": list(RETRIEVAL_INTENTS)}
    if name is not None:
        key = f"{intent}/{name}"
        selector[intent] = {
            "response": {"intent_response_key": key, "utter_action": f"utter_{key}", "confidence": score,
                         "responses": []},
            "ranking": [],
        }
    return selector
