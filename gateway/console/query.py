"""What staff type into the search field: words, "phrases", AND, OR, NOT, brackets, wor*.

Words beside each other must all be there. The parsed query is written out for SQLite's FTS5 or for PostgreSQL;
nothing that was typed reaches either of them as syntax.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

_TOKEN = re.compile(r'"([^"]*)"|([()])|(-)?([^\s()"]+)')
_WORD = re.compile(r"[^\W_]+", re.UNICODE)
DEEPEST = 20


class BadQuery(Exception):
    """The query cannot be read; the text says why."""


@dataclass(frozen=True)
class Term:
    """Words in this order; with `prefix`, the last of them may go on."""

    words: tuple[str, ...]
    prefix: bool = False


@dataclass(frozen=True)
class All:
    """Every one of `wanted` and none of `unwanted`."""

    wanted: tuple[Node, ...]
    unwanted: tuple[Node, ...]


@dataclass(frozen=True)
class Any_:
    """At least one."""

    of: tuple[Node, ...]


Node = Term | All | Any_


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str = ""


def parse(typed: str) -> Node | None:
    """The query; None where nothing that could be searched for was typed. Raises BadQuery."""
    tokens = _tokens(typed)
    if not tokens:
        return None
    node, rest = _either(tokens, 0)
    if rest:
        raise BadQuery("There is a closing bracket without an opening one.")
    return node


def fts5(node: Node) -> str:
    """The query as SQLite's FTS5 reads it."""
    match node:
        case Term(words, prefix):
            return f'"{" ".join(words)}"' + (" *" if prefix else "")
        case Any_(of):
            return f"({' OR '.join(map(fts5, of))})"
        case All(wanted, unwanted):
            return _joined(wanted, unwanted, fts5, " AND ", " OR ", " NOT ")


def tsquery(node: Node) -> str:
    """The query as PostgreSQL's to_tsquery reads it."""
    match node:
        case Term(words, prefix):
            return "(" + " <-> ".join(f"'{word}'" for word in words) + (":*" if prefix else "") + ")"
        case Any_(of):
            return f"({' | '.join(map(tsquery, of))})"
        case All(wanted, unwanted):
            return _joined(wanted, unwanted, tsquery, " & ", " | ", " & !")


def _joined(
    wanted: Sequence[Node], unwanted: Sequence[Node], write: Callable[[Node], str], both: str, either: str, not_: str
) -> str:
    written = both.join(map(write, wanted))
    if unwanted:
        written = f"({written}){not_}({either.join(map(write, unwanted))})"
    return f"({written})"


def _tokens(typed: str) -> list[_Token]:
    found: list[_Token] = []
    for phrase, bracket, minus, word in _TOKEN.findall(typed):
        if bracket:
            found.append(_Token(bracket))
            continue
        if word in ("AND", "OR", "NOT") and not minus:
            found.append(_Token(word))
            continue
        if not _WORD.search(phrase or word):
            continue
        if minus:
            found.append(_Token("NOT"))
        found.append(_Token("term", phrase or word))
    return found


def _either(tokens: Sequence[_Token], depth: int) -> tuple[Node, Sequence[_Token]]:
    if depth > DEEPEST:
        raise BadQuery("There are too many brackets inside one another.")
    nodes = []
    node, tokens = _both(tokens, depth)
    nodes.append(node)
    while tokens and tokens[0].kind == "OR":
        node, tokens = _both(tokens[1:], depth)
        nodes.append(node)
    return (nodes[0] if len(nodes) == 1 else Any_(tuple(nodes))), tokens


def _both(tokens: Sequence[_Token], depth: int) -> tuple[Node, Sequence[_Token]]:
    wanted: list[Node] = []
    unwanted: list[Node] = []
    while tokens and tokens[0].kind not in ("OR", ")"):
        negated = False
        while tokens and tokens[0].kind in ("AND", "NOT"):
            negated ^= tokens[0].kind == "NOT"
            tokens = tokens[1:]
        node, tokens = _one(tokens, depth)
        (unwanted if negated else wanted).append(node)
    if not wanted:
        raise BadQuery("Say at least one word that must be there; NOT and - only take away from others.")
    if len(wanted) == 1 and not unwanted:
        return wanted[0], tokens
    return All(tuple(wanted), tuple(unwanted)), tokens


def _one(tokens: Sequence[_Token], depth: int) -> tuple[Node, Sequence[_Token]]:
    if not tokens or tokens[0].kind in ("OR", ")"):
        raise BadQuery("A word is missing after AND, OR or NOT.")
    if tokens[0].kind == "(":
        node, tokens = _either(tokens[1:], depth + 1)
        if not tokens:
            raise BadQuery("There is an opening bracket without a closing one.")
        return node, tokens[1:]
    text = tokens[0].text
    words = tuple(word.casefold() for word in _WORD.findall(text))
    return Term(words, text.endswith("*")), tokens[1:]
