"""The graph component that finds what the lexicons know in a message."""

from __future__ import annotations

from typing import Any, Dict, List

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu import lexicon
from bot.nlu.entities import EntityFinder
from language.normalise import normalise


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class LexiconEntityExtractor(GraphComponent):
    """Writes `entities`: conditions, opioids, other medicines, LDN's names and doses, with negation."""

    def __init__(self) -> None:
        self._finder = EntityFinder(lexicon.load())

    @classmethod
    def create(cls, config: Dict[str, Any], model_storage: ModelStorage, resource: Resource,
               execution_context: ExecutionContext) -> LexiconEntityExtractor:
        """Made by Rasa. Raises `LexiconError` with file and line on a bad row."""
        return cls()

    @classmethod
    def fingerprint_addon(cls, config: Dict[str, Any]) -> str:
        """The lexicons count into what Rasa has trained."""
        return lexicon.fingerprint()

    def process(self, messages: List[Message]) -> List[Message]:
        """Finds the entities; the offsets are those of the normalised text."""
        for message in messages:
            found = self._finder.find(normalise(message.get(TEXT) or ""))
            message.set(ENTITIES, [entity.as_rasa(type(self).__name__) for entity in found], add_to_output=True)
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Training needs nothing of this: the classifier looks for itself."""
        return training_data
