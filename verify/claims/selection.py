"""Entries by id: one, the one whose range holds an equation, or all that a range meets."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import get_close_matches

from infograd.error import SpecificationError
from infograd.verify.claims.entry import Entry

_RANGE = re.compile(r"(?P<kind>[a-z-]+?)-(?P<first>\d+)(-(?P<last>\d+))?")


def numbers(id: str) -> tuple[str, range]:
    """The kind of statement and the numbers that an id covers.

    >>> numbers("eq-11-13")
    ('eq', range(11, 14))

    An id without a number covers none.
    """
    found = _RANGE.fullmatch(id)
    if found is None:
        return id, range(0)
    first = int(found["first"])
    return found["kind"], range(first, int(found["last"] or first) + 1)


def select(entries: Sequence[Entry], id: str) -> tuple[Entry, ...]:
    """The entry of that id, or else every entry that covers one of its numbers.

    Raises: SpecificationError that names the id and those like it, where there is none.
    """
    exact = tuple(entry for entry in entries if entry.claim.id == id)
    if exact:
        return exact
    kind, wanted = numbers(id)
    met = tuple(entry for entry in entries if _meets(kind, wanted, entry.claim.id))
    if not met:
        known = [entry.claim.id for entry in entries]
        near = get_close_matches(id.lower(), known, n=4, cutoff=0.5) or sorted({f"{numbers(each)[0]}-..." for each in known})
        raise SpecificationError(f"the ledger has no claim {id!r}; near it are {', '.join(near)} (infograd claims lists all).")
    return met


def _meets(kind: str, wanted: range, id: str) -> bool:
    other, covered = numbers(id)
    return kind == other and max(wanted.start, covered.start) < min(wanted.stop, covered.stop)
