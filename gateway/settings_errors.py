"""What a wrong setting says: one line with the place, what is wrong there, and what to write instead."""

from __future__ import annotations

import difflib
import os
import re
import tomllib
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError


class SettingsError(Exception):
    """The settings cannot be used; the text is the whole message for the person who starts the gateway."""


def read_toml(path: Path) -> str:
    """The file's text, or a SettingsError with the line where it stops being TOML."""
    try:
        text = path.read_text(encoding="utf-8")
        tomllib.loads(text)
    except UnicodeDecodeError:
        raise SettingsError(f"{path}: is not UTF-8 text; save it as UTF-8") from None
    except tomllib.TOMLDecodeError as wrong:
        found = re.search(r"\(at line (\d+)", str(wrong))
        place = f"{path}:{found.group(1)}" if found else f"{path}"
        what = str(wrong).split(" (at ")[0]
        raise SettingsError(
            f'{place}: is not TOML: {what}; write name = value, with text in "quotes"'
        ) from None
    return text


def explain(wrong: ValidationError, path: Path, written: str, prefix: str) -> str:
    """The first error of `wrong` as one line."""
    error = wrong.errors(include_url=False, include_context=False)[0]
    keys = [str(part) for part in error["loc"] if not isinstance(part, int)]
    name = ".".join(keys)
    variable = _environment_variable(keys, prefix)
    place = f"environment {variable}" if variable else f"{path}:{line_of(keys, written)}"
    if error["type"] == "extra_forbidden":
        return f"{place}: there is no setting {name}{_nearest(keys)}; docs/gateway.md lists them all"
    what = error["msg"].removeprefix("Value error, ")
    value = _shown(error.get("input"), keys)
    return f"{place}: {name} = {value}: {what[:1].lower()}{what[1:]}"


def explain_unknown_environment(settings: type[BaseModel], prefix: str) -> str | None:
    """A line about the first variable that names a known section and an unknown setting, or None."""
    for variable in os.environ:
        if not variable.upper().startswith(prefix):
            continue
        section, _, name = variable.upper().removeprefix(prefix).lower().partition("__")
        field = settings.model_fields.get(section)
        model = field.annotation if field else None
        name = name.partition("__")[0]
        if (
            name
            and isinstance(model, type)
            and issubclass(model, BaseModel)
            and name not in model.model_fields
        ):
            near = difflib.get_close_matches(name, model.model_fields, 1)
            hint = f", perhaps {prefix}{section.upper()}__{near[0].upper()}" if near else ""
            what = f"there is no setting {section}.{name}{hint}"
            return f"environment {variable}: {what}; docs/gateway.md lists them all"
    return None


def line_of(keys: list[str], written: str) -> int:
    """The line of a TOML text on which the setting with these keys stands, or the nearest above it."""
    section: list[str] = []
    best = 1
    for number, line in enumerate(written.splitlines(), start=1):
        header = re.match(r"\s*\[([^\[\]]+)\]", line)
        if header:
            section = [part.strip().strip('"') for part in header.group(1).split(".")]
            if section == keys[: len(section)]:
                best = number
            continue
        name = re.match(r"\s*([\w.\-\"]+)\s*=", line)
        if name and [*section, *name.group(1).replace('"', "").split(".")] == keys:
            return number
    return best


def _environment_variable(keys: list[str], prefix: str) -> str | None:
    wanted = (prefix + "__".join(keys)).upper()
    return next((name for name in os.environ if name.upper() == wanted), None)


def _nearest(keys: list[str]) -> str:
    from gateway.settings import Settings

    model: Any = Settings
    for key in keys[:-1]:
        model = model.model_fields[key].annotation
    near = difflib.get_close_matches(keys[-1], model.model_fields, 1)
    return f", perhaps {'.'.join([*keys[:-1], near[0]])}" if near else ""


def _shown(value: object, keys: list[str]) -> str:
    if keys[-1:] in (["secret"], ["password"]) or keys == ["journal", "url"]:
        return "(not shown)"
    return repr(value) if len(repr(value)) <= 80 else repr(value)[:77] + "..."
