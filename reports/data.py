"""A view as plain data: what a template in another language can read, with its formulas numbered."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from typing import Any

from infograd.reports.section import Mathematics


def plain(value: Any, formulas: dict[str, int]) -> Any:
    """Dataclasses as mappings and tuples as lists; a formula becomes its number in `formulas`, which grows by the new ones."""
    if isinstance(value, Mathematics):
        return formulas.setdefault(value.latex, len(formulas))
    if is_dataclass(value):
        return {field.name: plain(getattr(value, field.name), formulas) for field in fields(value)}
    if isinstance(value, tuple):
        return [plain(each, formulas) for each in value]
    return value
