"""The one-row store keeps what the next turn needs, and the state stays the same however long the conversation."""

import random
import sqlite3

import pytest
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    ActiveLoop,
    AllSlotsReset,
    BotUttered,
    SlotSet,
    UserUttered,
)
from rasa.shared.core.trackers import DialogueStateTracker

from bot.store import SAID_KEPT, TURNS_KEPT, ConversationStore
from bot.turn import Turn

DOMAIN = Domain.from_dict({
    "version": "3.1", "intents": ["tell"],
    "slots": {name: {"type": "any", "mappings": [{"type": "custom"}]} for name in ("a", "b", "c", "requested_slot")},
    "forms": {"form": {"required_slots": []}}, "actions": ["act"],
})


@pytest.fixture
def store(tmp_path):
    return ConversationStore(DOMAIN, f"sqlite:///{tmp_path}/bot.sqlite3")


def _turn(dice):
    events = [UserUttered("words", {"name": "tell"})]
    for _ in range(dice.randint(0, 3)):
        events.append(dice.choice([
            ActionExecuted("act"), SlotSet(dice.choice("abc"), dice.randint(0, 9)), AllSlotsReset(), ActiveLoop("form"),
            ActiveLoop(None), SlotSet("requested_slot", dice.choice(["a", "b", None])), BotUttered("said"),
        ]))
    return [*events, ActionExecuted("action_listen")]


async def test_300_random_turns_leave_the_state_of_the_full_tracker(store):
    dice = random.Random(11)
    full = DialogueStateTracker("one", DOMAIN.slots)
    full.update(ActionExecuted("action_listen"))
    store.write(full)
    for _ in range(300):
        events = _turn(dice)
        kept = await store.retrieve("one")
        for tracker in (full, kept):
            tracker.update_with_events(events, DOMAIN)
        store.write(kept)
        kept = await store.retrieve("one")
        assert kept.current_slot_values() == full.current_slot_values()
        assert kept.active_loop_name == full.active_loop_name
        assert sum(isinstance(event, UserUttered) for event in kept.events) <= TURNS_KEPT


async def test_a_turn_holds_the_tracker_back_until_the_channel_writes_it(store):
    tracker = DialogueStateTracker("one", DOMAIN.slots)
    with Turn("one") as turn:
        await store.save(tracker)
        assert turn.tracker is tracker
    assert await store.retrieve("one") is None


async def test_outside_a_turn_it_writes_at_once(store):
    await store.save(DialogueStateTracker("one", DOMAIN.slots))
    assert await store.retrieve("one") is not None


def test_what_was_said_is_found_by_the_last_messages_only(store):
    tracker = DialogueStateTracker("one", DOMAIN.slots)
    for number in range(SAID_KEPT + 1):
        store.write(tracker, f"m{number}", {"replies": [number]})
    assert [store.said_to("one", f"m{number}") for number in range(SAID_KEPT + 1)] == [
        None, *({"replies": [number]} for number in range(1, SAID_KEPT + 1))]
    assert store.said_to("two", "m1") is None


async def test_erasing_leaves_no_byte(store, tmp_path):
    tracker = DialogueStateTracker("one", DOMAIN.slots)
    tracker.update(UserUttered("canary-4711", {"name": "tell"}))
    store.write(tracker, "m1", {"replies": ["canary-4711"]})
    store.erase("one")
    assert await store.retrieve("one") is None
    assert b"canary-4711" not in b"".join(path.read_bytes() for path in tmp_path.glob("bot.sqlite3*"))


async def test_a_lost_database_fails_the_turn_instead_of_forgetting(store, tmp_path):
    sqlite3.connect(tmp_path / "bot.sqlite3").executescript("DROP TABLE bot_conversation")
    with Turn("one") as turn, pytest.raises(Exception, match="no such table"):
        await store.retrieve("one")
    assert "store" in turn.failure
