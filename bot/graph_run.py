"""Runs the model's graph node after node. Rasa hands each of a message's three runs to dask, which plans it anew: 1.9
of the 16.8 ms that the bot took for a message (medians of 240 messages, each asked both ways in turn)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rasa.core import processor
from rasa.engine.exceptions import GraphRunError
from rasa.engine.runner.dask import DaskGraphRunner


def run_without_planning() -> None:
    """From now on a model that is loaded runs so; training goes on as Rasa does it."""
    processor.DaskGraphRunner = OrderedGraphRunner


class OrderedGraphRunner(DaskGraphRunner):
    """The nodes that the targets need, each after those that it needs itself; the order is kept."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._orders: dict[tuple[str, ...], list[tuple[str, Sequence[str]]]] = {}

    def run(self, inputs: dict[str, Any] | None = None, targets: list[str] | None = None) -> dict[str, Any]:
        """What the target nodes give, by their names. Raises `GraphRunError` as dask's runner does."""
        targets = targets or self._graph_schema.target_names
        found = {name: (name, value) for name, value in (inputs or {}).items()}
        try:
            for name, needs in self._order(tuple(targets)):
                found[name] = self._instantiated_nodes[name](*(found[need] for need in needs))
        except RuntimeError as wrong:
            raise GraphRunError("Error running runner.") from wrong
        return dict(found[target] for target in targets)

    def _order(self, targets: tuple[str, ...]) -> list[tuple[str, Sequence[str]]]:
        if targets not in self._orders:
            nodes = self._graph_schema.minimal_graph_schema(list(targets)).nodes
            order: dict[str, Sequence[str]] = {}

            def take(name: str) -> None:
                if name in nodes and name not in order:  # whatever else is needed is an input
                    needs = list(nodes[name].needs.values())
                    for need in needs:
                        take(need)
                    order[name] = needs

            for target in targets:
                take(target)
            self._orders[targets] = list(order.items())
        return self._orders[targets]
