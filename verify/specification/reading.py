"""From a file to plain data: size, encoding, syntax and nesting, checked before anything is built."""

from __future__ import annotations

import json
import os
import re
import tomllib
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from infograd.error import SpecificationError
from infograd.verify.specification.limits import BYTES, DEPTH, DIGITS, EXPONENT, excerpt

_STRING = r'"(?:[^"\\\n]|\\.)*+"?'
_PIECES = {
    "toml": re.compile(
        r'"{3}(?:[^"\\]|\\.|"(?!""))*+(?:"{3})?'
        r"|'{3}(?:[^']|'(?!''))*+(?:'{3})?"
        rf"|{_STRING}|'[^'\n]*+'?|#[^\n]*+|[\[{{\]}}]|[.,=\n]",
        re.DOTALL,
    ),
    "json": re.compile(rf"{_STRING}|[\[{{\]}}]", re.DOTALL),
}
_HALF = re.compile("[\ud800-\udfff]")
FORMATS = tuple(_PIECES)


def read_text(path: str | os.PathLike[str]) -> str:
    """The text of a specification file.

    Raises: SpecificationError when it is no readable UTF-8 file, or too large.
    """
    file = Path(path)
    if not file.exists():
        raise SpecificationError(f"{file}: there is no such file; name a .toml or .json file.")
    if not file.is_file():
        raise SpecificationError(f"{file}: is no regular file; name a .toml or .json file.")
    try:
        with file.open("rb") as stream:
            content = stream.read(BYTES + 1)
    except OSError as error:
        raise SpecificationError(f"{file}: cannot be read ({error.strerror}); check its permissions.") from None
    if len(content) > BYTES:
        raise SpecificationError(f"{file}: is larger than {BYTES // 1024} kB, which no specification needs; split the channel.")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SpecificationError(f"{file}: is not UTF-8 text (byte {error.start + 1}); save it as UTF-8.") from None


def to_data(text: str, format: str) -> dict[str, Any]:
    """The tables of a TOML or JSON text, with decimals kept exact.

    Raises: SpecificationError for text in neither format, duplicate keys, JSON's NaN and Infinity, numbers and nesting beyond the limits.
    """
    if format not in FORMATS:
        raise SpecificationError(f"the format is {format!r}; it must be one of {', '.join(map(repr, FORMATS))}.")
    if len(text) > BYTES:
        raise SpecificationError(f"the text is larger than {BYTES // 1024} kB, which no specification needs; split the channel.")
    _check_nesting(text, format)
    data = _toml(text) if format == "toml" else _json(text)
    _check_tables(data)
    return data


def _toml(text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text, parse_float=_decimal)
    except tomllib.TOMLDecodeError as error:
        raise SpecificationError(f"the text is no TOML: {error}; mend it there.") from None
    except SpecificationError:
        raise
    except ValueError:
        raise SpecificationError(f"the text has a whole number of more than {DIGITS} digits; write a shorter one.") from None


def _json(text: str) -> dict[str, Any]:
    try:
        data = json.loads(text, parse_float=_decimal, parse_int=_integer, parse_constant=_constant, object_pairs_hook=_object)
    except json.JSONDecodeError as error:
        raise SpecificationError(f"the text is no JSON: {error}; mend it there.") from None
    if not isinstance(data, dict):
        raise SpecificationError("the text is no JSON object; write {...} with the keys of a specification.")
    return data


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise SpecificationError(f"the key {excerpt(key)} stands twice in one object; write it once.")
        found[key] = value
    return found


def _constant(text: str) -> Any:
    raise SpecificationError(f"the text has the number {text}; write a finite one.")


def _integer(text: str) -> int:
    if len(text) > DIGITS + 1:
        raise SpecificationError(f"the number {excerpt(text)} has more than {DIGITS} digits; write a shorter one.")
    return int(text)


def _decimal(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:
        raise SpecificationError(f"the number {excerpt(text)} has an exponent above {EXPONENT}; write a smaller one.") from None


def _check_nesting(text: str, format: str) -> None:
    """Raise SpecificationError where brackets, or the dots of a key, outside strings and comments nest deeper than the limit."""
    depth, dots = 0, 0
    for piece in _PIECES[format].finditer(text):
        mark = piece.group()
        depth += (mark in "[{") - (mark in "]}")
        dots = dots + 1 if mark == "." else 0 if mark in "[{]},=\n" else dots
        if max(depth, dots) > DEPTH:
            raise SpecificationError(f"the text nests brackets or keys more than {DEPTH} deep; no specification needs that.")


def _check_tables(data: Any) -> None:
    """Raise SpecificationError where tables nest deeper than the limit, or a text holds half a character (JSON's \\ud800)."""
    level: Iterable[Any] = [data]
    for _ in range(DEPTH + 1):
        below: list[Any] = []
        for each in level:
            if isinstance(each, dict):
                below += [*each, *each.values()]
            elif isinstance(each, list):
                below += each
            elif isinstance(each, str) and _HALF.search(each):
                raise SpecificationError(f"the text {excerpt(each)} has half a character in it; write whole ones.")
        if not below:
            return
        level = below
    raise SpecificationError(f"the text nests tables more than {DEPTH} deep; no specification needs that.")
