"""A run as JSON lines: a header, then a line for each record, each figure and each examined claim, read back without loss."""

from __future__ import annotations

import json
from typing import Any

from infograd.claim import Examination
from infograd.document import SCHEMA, from_json, to_json
from infograd.error import SpecificationError
from infograd.mapping import FrozenMapping
from infograd.record import Figure, Record, Run


def json_lines(run: Run) -> bytes:
    """The run as UTF-8 lines; the header counts them, so that a file cut short is seen."""
    header = {
        "schema": SCHEMA,
        "kind": "Header",
        "title": run.title,
        "environment": dict(run.environment),
        "records": len(run.records),
        "figures": len(run.figures),
        "claims": len(run.claims),
    }
    lines = [json.dumps(header, separators=(",", ":"), ensure_ascii=False), *map(to_json, (*run.records, *run.figures, *run.claims))]
    return "".join(f"{line}\n" for line in lines).encode("utf-8", "backslashreplace")  # a lone surrogate as JSON's own escape


def run_from_json_lines(content: bytes) -> Run:
    """The run of such lines; a header that counts no claims announces none.

    Raises: SpecificationError that names the line, for text that is not UTF-8 or JSON, an unknown header, a line that is no
    record, figure or claim, and another number of lines than the header says.
    """
    lines = content.split(b"\n")
    if lines[-1] != b"":
        raise SpecificationError(f"line {len(lines)} has no end; the file was cut short, so write it again.")
    header = _header(lines[0] if len(lines) > 1 else b"")
    nouns = [_noun(number, line) for number, line in enumerate(lines[1:-1], 2)]
    records = tuple(noun for noun in nouns if isinstance(noun, Record))
    figures = tuple(noun for noun in nouns if isinstance(noun, Figure))
    claims = tuple(noun for noun in nouns if isinstance(noun, Examination))
    announced, found = (header["records"], header["figures"], header["claims"]), (len(records), len(figures), len(claims))
    if found != announced:
        raise SpecificationError(
            f"line 1 announces {announced[0]} records, {announced[1]} figures and {announced[2]} claims, "
            f"and {found[0]}, {found[1]} and {found[2]} follow; write the file again."
        )
    return Run(header["title"], records, figures, FrozenMapping(header["environment"]), claims)


def _text(number: int, line: bytes) -> str:
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError as error:
        raise SpecificationError(f"line {number} is not UTF-8 ({error.reason} at byte {error.start}); write the file again.") from None


def _header(line: bytes) -> dict[str, Any]:
    try:
        header = json.loads(_text(1, line))
    except json.JSONDecodeError as error:
        raise SpecificationError(f"line 1 is no JSON ({error}); the first line is the header of a run.") from None
    stated = header if isinstance(header, dict) else {}
    if stated.get("schema") != SCHEMA or stated.get("kind") != "Header":
        raise SpecificationError(f"line 1 is no header of schema {SCHEMA}; the first line is the header of a run.")
    environment = stated.get("environment")
    if not isinstance(environment, dict) or not all(isinstance(text, str) for text in (stated.get("title"), *environment.values())):
        raise SpecificationError("line 1 lacks a title or an environment of texts; the first line is the header of a run.")
    counts = {"claims": 0, **stated}
    if not all(isinstance(counts.get(name), int) for name in ("records", "figures", "claims")):
        raise SpecificationError("line 1 does not count its records, figures and claims; the first line is the header of a run.")
    return counts


def _noun(number: int, line: bytes) -> Record | Figure | Examination:
    text = _text(number, line)
    try:
        noun = from_json(text)
    except (
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
        ArithmeticError,
    ) as error:  # whatever a noun's constructor makes of content it was not written with
        raise SpecificationError(f"line {number} cannot be read: {error}") from None
    if not isinstance(noun, Record | Figure | Examination):
        raise SpecificationError(f"line {number} holds a noun of kind {type(noun).__name__!r}; after the header stand records, figures and examined claims.")
    return noun
