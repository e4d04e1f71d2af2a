"""The stored run of what is measured: results beside the date and versions they were measured with, kept as JSON in the package."""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

from infograd.error import SpecificationError

NAME = "measured.json"


def stored(id: str) -> Any:
    """The stored result of a measured claim.

    Raises: SpecificationError where the stored run has none.
    """
    results = json.loads(files("infograd.verify.claims").joinpath(NAME).read_text("utf-8"))["results"]
    if id not in results:
        raise SpecificationError(f"the stored run has no result of {id!r}; measure it with: infograd claims {id} --full")
    return results[id]


def text_of(results: Mapping[str, Any], environment: Mapping[str, str]) -> str:
    """The text of a stored run.

    Raises: SpecificationError for a result that is no JSON.
    """
    try:
        return json.dumps({"environment": dict(environment), "results": dict(results)}, indent=1, allow_nan=False) + "\n"
    except (TypeError, ValueError) as error:
        raise SpecificationError(f"a measured result cannot be stored ({error}); measure numbers, texts, lists and mappings of them.") from None


def keep(results: Mapping[str, Any], path: Path) -> None:
    """Write a stored run to a file, in one step.

    Raises: SpecificationError for a result that is no JSON, and where the folder does not exist.
    """
    from infograd.reports.writing import write_whole
    from infograd.verify.recording import environment

    write_whole(path, text_of(results, environment()).encode("utf-8"))
