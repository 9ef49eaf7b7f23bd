"""What a request's body may hold, and how a wrong field is named without repeating what was in it."""

from __future__ import annotations

import json
import re
from typing import Annotated, Any, NoReturn

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    StringConstraints,
    ValidationError,
    model_validator,
)
from pydantic_core import PydanticCustomError

from gateway.problems import Problem

UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def _uuid(text: str) -> str:
    if not UUID.fullmatch(text):
        raise PydanticCustomError("uuid", "must be a UUID such as 3f0c1c5e-8f0a-4b43-9d53-0d1f4a2f7f10")
    return text.lower()


def storable(text: str) -> str:
    """The text with what no database keeps (half characters, zero bytes) shown as U+FFFD."""
    return UNSTORABLE.sub("\ufffd", text)


MessageId = Annotated[str, AfterValidator(_uuid)]
ShortId = Annotated[str, StringConstraints(min_length=1, max_length=64)]
Stored = Annotated[str, AfterValidator(storable)]


class Body(BaseModel):
    """A body's fields; any other field is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class NewSession(Body):
    save: bool = False
    locale: Annotated[str, StringConstraints(pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$")] = "en-CA"


class NewMessage(Body):
    id: MessageId
    text: Stored | None = None
    choice: ShortId | None = None

    @model_validator(mode="after")
    def _one_of_two(self) -> NewMessage:
        if (self.text is None) == (self.choice is None):
            raise PydanticCustomError("text", "give either text or choice, and not both")
        return self


class NewFeedback(Body):
    reply_id: ShortId
    helpful: bool
    comment: Annotated[Stored, StringConstraints(max_length=1000)] | None = None


def read_json(body: bytes, content_type: str | None) -> dict[str, Any]:
    """The body as a JSON object. Raises a 415 or 400 Problem."""
    if (content_type or "").partition(";")[0].strip().lower() != "application/json":
        raise Problem("unsupported-media-type")
    try:
        data = _JSON.decode(body.decode("utf-8"))
    except (ValueError, RecursionError):
        raise Problem("not-json") from None
    if not isinstance(data, dict):
        raise Problem("not-json", detail="The body is JSON, but not an object.")
    return data


def check[T: Body](model: type[T], data: dict[str, Any]) -> T:
    """The fields as `model` wants them. Raises a 422 Problem that names each wrong one."""
    try:
        return model.model_validate(data)
    except ValidationError as wrong:
        raise Problem("wrong-fields", errors=_errors(wrong)) from None


def read_after(values: list[str]) -> int:
    """The number of `?after=`, 0 where it is left out. Raises a 422 Problem."""
    if not values:
        return 0
    if len(values) > 1 or not re.fullmatch(r"[0-9]{1,15}", values[0]):
        error = {"field": "after", "detail": "must be a whole number, the seq of the last message you have"}
        raise Problem("wrong-fields", errors=[error])
    return int(values[0])


def _no_such_number(_name: str) -> NoReturn:
    raise ValueError


_JSON = json.JSONDecoder(parse_constant=_no_such_number)

_PLAIN = {
    "missing": "is missing",
    "extra_forbidden": "is not a field of this call",
    "string_type": "must be text",
    "bool_type": "must be true or false",
    "string_too_short": "must not be empty",
    "string_too_long": "is too long",
    "string_pattern_mismatch": "has another form, such as en-CA",
}


def _errors(wrong: ValidationError) -> list[dict[str, str]]:
    errors = []
    for error in wrong.errors(include_url=False, include_input=False, include_context=False):
        name = (".".join(str(part) for part in error["loc"]) or '""') if error["loc"] else error["type"]
        errors.append({"field": storable(name)[:64], "detail": _PLAIN.get(error["type"], error["msg"])})
    return errors[:20]
