"""Nothing that is logged during a turn holds a word of what was written, and a failed action fails the turn."""

import logging

import pytest

from bot.turn import Turn, keep_text_out_of_logs


@pytest.fixture(autouse=True)
def quiet():
    before = logging.getLogRecordFactory()
    keep_text_out_of_logs()
    yield
    logging.setLogRecordFactory(before)


def test_text_is_kept_out_of_messages_and_exceptions(caplog):
    with Turn("one"):
        logging.getLogger("rasa.core.processor").warning("got %s", "canary-4711")
        try:
            raise ValueError("canary-4711")
        except ValueError:
            logging.getLogger("rasa.core.processor").exception("canary-4711")
    assert "canary" not in caplog.text
    assert "ValueError at test_turn.py" in caplog.text


def test_outside_a_turn_the_log_is_whole(caplog):
    logging.getLogger("rasa").warning("port %s", 5005)
    assert "port 5005" in caplog.text


def test_an_exception_that_rasa_swallows_fails_the_turn():
    with Turn("one") as turn:
        try:
            raise ConnectionError
        except ConnectionError:
            logging.getLogger("rasa.core.processor").exception("the action's events are lost")
    assert turn.failure == "ConnectionError in rasa.core.processor"
