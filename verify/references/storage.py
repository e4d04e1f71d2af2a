"""The stored reference values: a JSON file for each family, beside this module, in a form that any language reads.

Numbers are decimals in texts, so that no digit is lost; a doubt is "proved" by a theorem or "estimated"; every gap is to the value.
"""

from __future__ import annotations

import json
import tomllib
from fractions import Fraction
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from infograd.error import SpecificationError
from infograd.quantity import Doubt
from infograd.verify.references.decimals import decimal_text, rounded_up
from infograd.verify.references.plans import FAMILIES
from infograd.verify.references.reference import Finding, Number, Reference
from infograd.verify.specification import dump, loads

SCHEMA = "references/1"
PACKAGE = "infograd.verify.references"


def _doubt_document(doubt: Doubt) -> dict[str, str]:
    proved, estimated = Fraction(doubt.proved), Fraction(doubt.estimated)  # type: ignore[arg-type]  # references are scalars
    return {"doubt": decimal_text(proved + estimated), "kind": "estimated" if estimated else "proved"}


def _number_document(number: Number) -> dict[str, Any]:
    found = [
        {
            "route": each.route,
            "value": decimal_text(each.value),
            **_doubt_document(each.doubt),
            "gap": decimal_text(rounded_up(number.gap(each))),
        }
        for each in number.findings
    ]
    return {"quantity": number.quantity, "value": decimal_text(number.value), **_doubt_document(number.doubt), "routes": found}


def document(reference: Reference) -> dict[str, Any]:
    """A reference as JSON-ready data; the specification is what `infograd oracle` reads from a file."""
    return {
        "name": reference.name,
        "family": reference.family,
        "unit": "nats",
        "made": reference.made,
        "command": reference.command,
        "specification": tomllib.loads(dump(reference.question, reference.name)),
        "numbers": [_number_document(number) for number in reference.numbers],
    }


def _doubt(content: dict[str, Any]) -> Doubt:
    size = Fraction(content["doubt"])
    if content["kind"] not in ("proved", "estimated"):
        raise SpecificationError(f"a doubt is of the kind {content['kind']!r}; it is 'proved' or 'estimated'.")
    return Doubt(estimated=size) if content["kind"] == "estimated" else Doubt(proved=size)


def _number(content: dict[str, Any]) -> Number:
    found = tuple(Finding(each["route"], Fraction(each["value"]), _doubt(each)) for each in content["routes"])
    return Number(content["quantity"], Fraction(content["value"]), _doubt(content), found)


def reference_of(content: dict[str, Any]) -> Reference:
    """The reference of such data.

    Raises: SpecificationError that names the reference, for data of another form and for a number without two routes.
    """
    name = content.get("name", "without a name")
    try:
        question = loads(json.dumps(content["specification"]), "json").question
        return Reference(name, content["family"], question, content["made"], tuple(map(_number, content["numbers"])))
    except SpecificationError as error:
        raise SpecificationError(f"the stored reference {name!r}: {error}") from None
    except (KeyError, TypeError, ValueError) as error:
        raise SpecificationError(f"the stored reference {name!r} cannot be read ({type(error).__name__}: {error}).") from None


def read(text: str) -> tuple[Reference, ...]:
    """The references of a stored file.

    Raises: SpecificationError for text that is no such file.
    """
    try:
        stored = json.loads(text)
    except json.JSONDecodeError as error:
        raise SpecificationError(f"the stored references are no JSON ({error}).") from None
    if not isinstance(stored, dict) or stored.get("schema") != SCHEMA or not isinstance(stored.get("references"), list):
        raise SpecificationError(f"the stored references are not of the form {SCHEMA!r}; make them again with: infograd references --store FOLDER")
    return tuple(map(reference_of, stored["references"]))


@lru_cache(maxsize=1)
def stored() -> tuple[Reference, ...]:
    """Every stored reference, family by family.

    Raises: SpecificationError for a family whose file is missing or of another form.
    """
    found: list[Reference] = []
    for family in FAMILIES:
        file = files(PACKAGE).joinpath(file_name(family))
        if not file.is_file():
            raise SpecificationError(
                f"the file {file_name(family)!r} of reference values is missing; make it with: infograd references {family} --store FOLDER"
            )
        found += read(file.read_text("utf-8"))
    return tuple(found)


def file_name(family: str) -> str:
    """The file of a family."""
    return f"{family.replace('-', '_')}.json"


def keep(references: tuple[Reference, ...], folder: Path) -> tuple[Path, ...]:
    """Write the references to a file for each family, each in one step.

    Raises: SpecificationError where the folder does not exist.
    """
    from infograd.reports.writing import write_whole

    written = []
    for family, about in FAMILIES.items():
        mine = [document(each) for each in references if each.family == family]
        if mine:
            text = json.dumps({"schema": SCHEMA, "family": family, "about": about, "references": mine}, indent=1, allow_nan=False)
            write_whole(folder / file_name(family), f"{text}\n".encode())
            written.append(folder / file_name(family))
    return tuple(written)
