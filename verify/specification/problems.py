"""All complaints about one file, gathered before it is refused."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from infograd.error import SpecificationError
from infograd.verify.specification.place import Path, place_text

MOST = 20


def joined(sentences: Sequence[str]) -> str:
    """One complaint a line, the first 20 of many."""
    distinct = list(dict.fromkeys(sentences))
    more = [f"and {len(distinct) - MOST} more complaints."] if len(distinct) > MOST else []
    return "\n".join(distinct[:MOST] + more)


class Problems:
    """A list of complaints, each with its path into the file."""

    def __init__(self) -> None:
        self.sentences: list[str] = []

    def add(self, path: Path, complaint: str) -> None:
        """Keep one complaint."""
        self.sentences.append(f"{place_text(path)}: {complaint}")

    @contextmanager
    def at(self, *path: str | int) -> Iterator[None]:
        """Keep what goes wrong inside as a complaint about that place, and go on after it."""
        try:
            yield
        except SpecificationError as error:
            self.add(path, str(error))

    def raise_any(self) -> None:
        """Raise SpecificationError with one complaint a line, if there is any."""
        if self.sentences:
            raise SpecificationError(joined(self.sentences))
