"""The words of an expression text, checked before Python's parser sees it.

Only names, decimal numbers, + - * / ** @ and brackets pass, so that no text, attribute, keyword argument or statement can be
written at all; the counts bound what the parser may build.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from infograd.error import SpecificationError
from infograd.verify.specification.limits import BYTES, DEPTH, DIGITS, EXPONENT, NODES, excerpt

_TOKEN = re.compile(
    r"(?P<space>[ \t\r\n]+)"
    r"|(?P<number>(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE](?P<exponent>[+-]?[0-9]+))?(?![A-Za-z0-9_.]))"
    r"|(?P<name>[A-Za-z][A-Za-z0-9_]*)"
    r"|(?P<operator>\*\*|[-+*/@])"
    r"|(?P<bracket>[()\[\],])"
)
_CLOSES = {")": "(", "]": "["}
ALPHABET = "names, decimal numbers, + - * / ** @, brackets and commas"


def scan(text: str) -> Iterator[re.Match[str]]:
    """Every token of the text but the spaces, in order.

    Raises: SpecificationError at the first character that starts no token.
    """
    position = 0
    while position < len(text):
        token = _TOKEN.match(text, position)
        if token is None:
            fault = f"{excerpt(text[position : position + 1])} at character {position + 1}"
            raise SpecificationError(f"{excerpt(text)} has {fault}, which cannot be read there; a formula is made of {ALPHABET}.")
        if token.lastgroup != "space":
            yield token
        position = token.end()


def check_text(text: str) -> None:
    """Raise SpecificationError where the text is empty, over a limit, or its brackets do not match."""
    if len(text) > BYTES:
        raise SpecificationError(f"a formula has {len(text)} characters; at most {BYTES} are read.")
    size, depth = 0, 0
    open_brackets: list[str] = []
    for token in scan(text):
        word = token.group()
        if token["number"] is not None:
            _check_number(text, token)
        if token["bracket"] is None or word == "[":
            size += 1
        if word in "([":
            open_brackets.append(word)
            depth = max(depth, len(open_brackets))
        elif word in _CLOSES and (not open_brackets or open_brackets.pop() != _CLOSES[word]):
            raise SpecificationError(f"{excerpt(text)} closes a bracket at character {token.start() + 1} that is not open; match every bracket.")
        if size > NODES:
            raise SpecificationError(f"{excerpt(text)} has more than {NODES} names, numbers and operations; split it over several gates.")
        if depth > DEPTH:
            raise SpecificationError(f"{excerpt(text)} nests brackets more than {DEPTH} deep; split it over several gates.")
    if open_brackets:
        raise SpecificationError(f"{excerpt(text)} leaves {open_brackets[-1]!r} open; match every bracket.")
    if not size:
        raise SpecificationError(f"{excerpt(text)} holds no formula; write one, for example 'tanh(theta*X)'.")


def _check_number(text: str, token: re.Match[str]) -> None:
    exponent = (token["exponent"] or "0").lstrip("+-").lstrip("0")
    digits = sum(character.isdigit() for character in token.group().lower().partition("e")[0])
    if digits > DIGITS:
        raise SpecificationError(f"{excerpt(text)} has a number of {digits} digits at character {token.start() + 1}; at most {DIGITS} are read.")
    if len(exponent) > len(str(EXPONENT)) or int(exponent or 0) > EXPONENT:
        raise SpecificationError(f"{excerpt(text)} has a number with an exponent above {EXPONENT} at character {token.start() + 1}; write a smaller one.")


def names_in(text: str) -> frozenset[str]:
    """The names that the text uses, functions left out; of a text that cannot be read, those before the fault."""
    found: set[str] = set()
    last: str | None = None
    try:
        for token in scan(text):
            if last is not None and token.group() != "(":
                found.add(last)
            last = token["name"]
    except SpecificationError:
        return frozenset(found)
    return frozenset(found | ({last} if last is not None else set()))
