"""The graph without dask: the same nodes, the same inputs, the same results."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from rasa.core import processor
from rasa.engine.exceptions import GraphComponentException
from rasa.engine.graph import ExecutionContext, GraphComponent, GraphSchema, SchemaNode
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.engine.storage.local_model_storage import LocalModelStorage

from bot.graph_run import OrderedGraphRunner, run_without_planning

RAN: list[str] = []


class Add(GraphComponent):
    """Adds what it is given, and writes down that it ran."""

    def __init__(self, more: int) -> None:
        self._more = more

    @classmethod
    def create(cls, config: dict[str, Any], **_: Any) -> Add:
        return cls(config["more"])

    def add(self, **given: int) -> int:
        RAN.append(str(self._more))
        if self._more == 13:
            raise RuntimeError("no")
        return self._more + sum(given.values())


def node(more: int, is_target: bool = False, **needs: str) -> SchemaNode:
    return SchemaNode(needs=needs, uses=Add, constructor_name="create", fn="add", config={"more": more},
                      is_target=is_target)


SCHEMA = GraphSchema({
    "last": node(100, True, left="left", right="right"),
    "left": node(10, first="first"),
    "right": node(20, first="first", said="__message__"),
    "first": node(1, said="__message__"),
    "aside": node(7, True),
    "broken": node(13, said="__message__"),
})


@pytest.fixture(params=[OrderedGraphRunner, DaskGraphRunner], ids=["ours", "Rasa's"])
def runner(request: pytest.FixtureRequest, tmp_path: Path) -> DaskGraphRunner:
    RAN.clear()
    return request.param.create(SCHEMA, LocalModelStorage(tmp_path), ExecutionContext(SCHEMA, "test"))


def test_every_node_runs_once_after_what_it_needs(runner: DaskGraphRunner) -> None:
    assert runner.run({"__message__": 1000}, ["last"]) == {"last": 100 + (10 + 1001) + (20 + 1001 + 1000)}
    assert sorted(RAN) == ["1", "10", "100", "20"]
    assert (RAN[0], RAN[-1]) == ("1", "100")


def test_without_targets_it_runs_the_schemas_own(runner: DaskGraphRunner) -> None:
    assert set(runner.run({"__message__": 0})) == {"last", "aside"}


def test_each_run_has_its_own_inputs(runner: DaskGraphRunner) -> None:
    assert [runner.run({"__message__": said}, ["first"]) for said in (1, 2)] == [{"first": 2}, {"first": 3}]


def test_a_node_that_fails_fails_the_run(runner: DaskGraphRunner) -> None:
    with pytest.raises(GraphComponentException):
        runner.run({"__message__": 0}, ["broken"])


def test_a_model_is_loaded_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processor, "DaskGraphRunner", DaskGraphRunner)
    run_without_planning()
    assert processor.DaskGraphRunner is OrderedGraphRunner
