"""Lossless JSON of every noun, and the content hash of a channel.

Exact numbers are {"rational": "1/4"}, doubles {"double": "0x1.8p+0"}, mappings by name {"kind": "FrozenMapping", ...},
nouns {"kind": <class>, <field>: ...}. A document carries the schema's number; reading one back gives an equal noun.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import fields
from enum import Enum
from fractions import Fraction
from typing import Any

from infograd import answer, channel, claim, expression, law, mapping, quantity, question, record, verdict
from infograd.channel import Channel
from infograd.error import SpecificationError
from infograd.mapping import FrozenMapping, Point
from infograd.question import Question

SCHEMA = 1

_NOUNS: dict[str, type[Any]] = {
    noun.__name__: noun
    for noun in (
        expression.Constant,
        expression.Parameter,
        expression.Reference,
        expression.Apply,
        expression.Opaque,
        *law.LAWS.values(),
        channel.Source,
        channel.Gate,
        Channel,
        Question,
        question.Objective,
        quantity.Doubt,
        quantity.Infinite,
        quantity.Undefined,
        quantity.Quantity,
        answer.Answer,
        answer.Refusal,
        verdict.Side,
        verdict.Expectation,
        verdict.Comparison,
        verdict.Verdict,
        claim.Evidence,
        claim.Claim,
        claim.Finding,
        claim.Examination,
        record.Formula,
        record.Record,
        record.Curve,
        record.Panel,
        record.Figure,
        record.Run,
    )
}
_MAPPINGS: dict[str, type[Any]] = {"FrozenMapping": mapping.FrozenMapping, "Point": Point}
_ENUMS: dict[str, type[Enum]] = {"Access": answer.Access, "Status": verdict.Status, "Standing": claim.Standing, "Role": claim.Role}


def _encode(value: Any) -> Any:
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, Enum):
        return {"kind": type(value).__name__, "name": value.name}
    if isinstance(value, int):
        return value
    if isinstance(value, Fraction):
        return {"rational": str(value)}
    if isinstance(value, float):
        return {"double": value.hex()}
    if isinstance(value, tuple):
        return [_encode(each) for each in value]
    if isinstance(value, FrozenMapping):
        return {"kind": type(value).__name__, "values": {name: _encode(each) for name, each in value.pairs}}
    if type(value).__name__ in _NOUNS:
        stored = {each.name: _encode(getattr(value, each.name)) for each in fields(value) if each.init or not each.name.startswith("_")}
        if isinstance(value, expression.Apply):
            del stored["shape"]
        return {"kind": type(value).__name__, **stored}
    raise SpecificationError(f"{value!r} of type {type(value).__name__} has no JSON form.")


def _decode(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(_decode(each) for each in value)
    if not isinstance(value, dict):
        return value
    kind = value.get("kind")
    if kind is not None and kind not in {*_ENUMS, *_MAPPINGS, *_NOUNS}:
        raise SpecificationError(f"the document has an object of kind {kind!r}; the kinds are {', '.join(sorted(_NOUNS))}.")
    try:
        return _noun(kind, value)
    except SpecificationError:
        raise
    except (AttributeError, KeyError, TypeError, ValueError, IndexError, ZeroDivisionError, OverflowError) as error:
        what = "number" if kind is None else f"object of kind {kind!r}"
        raise SpecificationError(f"the document's {what} cannot be read ({type(error).__name__}: {error}).") from None


def _noun(kind: str | None, value: dict[str, Any]) -> Any:
    if kind is None:
        return Fraction(value["rational"]) if "rational" in value else float.fromhex(value["double"])
    if kind in _ENUMS:
        return _ENUMS[kind][value["name"]]
    if kind in _MAPPINGS:
        return _MAPPINGS[kind]({name: _decode(each) for name, each in value["values"].items()})
    content = {name: _decode(each) for name, each in value.items() if name != "kind"}
    return Channel(*content["nodes"], defaults=content["defaults"]) if kind == "Channel" else _NOUNS[kind](**content)


def to_document(noun: Any) -> dict[str, Any]:
    """The noun as JSON-ready data, with the schema's number."""
    return {"schema": SCHEMA, **_encode(noun)}


def from_document(document: dict[str, Any]) -> Any:
    """The noun of a document.

    Raises: SpecificationError for another schema, an unknown kind or content that is no noun.
    """
    if document.get("schema") != SCHEMA:
        raise SpecificationError(f"the document has schema {document.get('schema')!r}; this version reads schema {SCHEMA}.")
    return _decode({name: value for name, value in document.items() if name != "schema"})


def to_json(noun: Any) -> str:
    """The canonical JSON text of a noun, on one line."""
    return json.dumps(to_document(noun), separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def _without_repetition(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    content = dict(pairs)
    if len(content) < len(pairs):
        raise SpecificationError(f"the text has an object with a key twice among {', '.join(repr(name) for name, _ in pairs)}; write each key once.")
    return content


def from_json(text: str) -> Any:
    """The noun of a JSON text.

    Raises: SpecificationError for text that is no document.
    """
    try:
        document = json.loads(text, object_pairs_hook=_without_repetition)
    except json.JSONDecodeError as error:
        raise SpecificationError(f"the text is no JSON ({error}).") from None
    except RecursionError:
        raise SpecificationError("the text is nested too deeply to be a document.") from None
    if not isinstance(document, dict):
        raise SpecificationError("the text is no document; a document is a JSON object with a schema number.")
    return from_document(document)


def content_hash(channel: Channel) -> str:
    """sha256 of the canonical JSON of the nodes in their order: no titles, no defaults, no algebra."""
    text = json.dumps(_encode(channel.nodes), separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
