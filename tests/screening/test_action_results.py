"""The cached check of the action server's answers: as strict as Rasa's own, and quick."""

from __future__ import annotations

import pytest
from jsonschema import ValidationError
from rasa.core.actions.action import RemoteAction

from bot.action_results import validate_with_one_validator

GOOD = {"events": [{"event": "slot", "name": "opioid_use", "value": "no", "timestamp": None}], "responses": []}


@pytest.fixture
def action() -> RemoteAction:
    validate_with_one_validator()
    return RemoteAction("validate_screening_form", None)


def test_a_good_answer_is_taken(action: RemoteAction):
    assert action._validate_action_result(GOOD) is True


@pytest.mark.parametrize("bad", [{"events": "none"}, {"responses": {}}, {"events": [], "responses": ["text"]}, []])
def test_an_answer_of_a_wrong_form_is_refused_without_its_content(action: RemoteAction, bad: object):
    with pytest.raises(ValidationError, match="has a wrong form at") as refused:
        action._validate_action_result(bad)
    assert "none" not in str(refused.value)


def test_the_schema_itself_is_checked_only_once(action: RemoteAction, monkeypatch: pytest.MonkeyPatch):
    action._validate_action_result(GOOD)
    monkeypatch.setattr(RemoteAction, "action_response_format_spec", lambda: pytest.fail("the schema was read again"))
    assert action._validate_action_result(GOOD) is True
