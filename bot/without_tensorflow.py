"""Starts Rasa without TensorFlow. Rasa imports it for parts that this bot does not use, and it costs the process 340 MB
and 3.5 s of every start (docs/adr/0007). In its place stand empty modules whose every name is an empty class: enough
for Rasa's own classes to be defined, of no use to any that would run."""

from __future__ import annotations

import sys
from abc import ABCMeta
from collections.abc import Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType

import yaml

CONFIG = Path(__file__).resolve().parent.parent / "config.yml"
LEFT_OUT = ("tensorflow", "tensorflow_addons", "keras")
WITHOUT = ("RulePolicy", "MemoizationPolicy", "AugmentedMemoizationPolicy")  # Rasa's own that need none of it


def learns_without(config: Path = CONFIG) -> bool:
    """Whether every part that `config` names does without TensorFlow: our own, and few of Rasa's. A file that cannot be
    read is for Rasa to complain of."""
    try:
        parts = yaml.safe_load(config.read_text(encoding="utf-8"))
        names = [part["name"] for key in ("pipeline", "policies") for part in parts[key] or []]
    except (OSError, yaml.YAMLError, KeyError, TypeError):
        return False
    return all(name.startswith("bot.") or name in WITHOUT for name in names)


def leave_out() -> None:
    """From now on `import tensorflow` gives the stand-in. Raises `RuntimeError` where the real one is already there."""
    if any(name in sys.modules for name in LEFT_OUT):
        raise RuntimeError("TensorFlow is already imported: leave it out before Rasa is imported.")
    sys.meta_path.insert(0, _Finder())


class _Finder(MetaPathFinder, Loader):
    def find_spec(self, fullname: str, path: Sequence[str] | None,
                  target: ModuleType | None = None) -> ModuleSpec | None:
        """For the modules that are left out and all below them."""
        return ModuleSpec(fullname, self, is_package=True) if fullname.partition(".")[0] in LEFT_OUT else None

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """An empty one."""
        return _Empty(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """There is nothing to run."""


class _Empty(ModuleType):
    def __getattr__(self, name: str) -> type:
        return _nothing(name)


class _Nothing(ABCMeta):  # ABCMeta, for Rasa joins some of TensorFlow's classes with abstract ones of its own
    def __getattr__(cls, name: str) -> type:
        return _nothing(name)


def _nothing(name: str) -> type:
    if name.startswith("__"):
        raise AttributeError(name)
    return _Nothing(name, (), {})
