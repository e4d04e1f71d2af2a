"""Immutable mappings by name, kept sorted, so that equal content has equal hash and equal bytes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from infograd.array import exact_array

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True, init=False, repr=False)
class FrozenMapping(Mapping[str, Value]):
    """A sorted tuple of (name, value) pairs behind the face of a Mapping."""

    pairs: tuple[tuple[str, Value], ...]

    def __init__(self, content: Mapping[str, Value] | Iterable[tuple[str, Value]] = ()) -> None:
        items = content.items() if isinstance(content, Mapping) else content
        object.__setattr__(self, "pairs", tuple(sorted(dict(items).items(), key=lambda pair: pair[0])))

    def __getitem__(self, name: str) -> Value:
        for key, value in self.pairs:
            if key == name:
                return value
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        return (name for name, _ in self.pairs)

    def __len__(self) -> int:
        return len(self.pairs)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, FrozenMapping):
            return self.pairs == other.pairs
        return isinstance(other, Mapping) and dict(self.pairs) == dict(other)

    def __hash__(self) -> int:
        return hash(self.pairs)

    def __repr__(self) -> str:
        return f"{{{', '.join(f'{name!r}: {value!r}' for name, value in self.pairs)}}}"


class Point(FrozenMapping[Any]):
    """A value for each parameter by name: exact numbers, or nested tuples of them."""

    __slots__ = ()

    def __init__(self, content: Mapping[str, object] | Iterable[tuple[str, object]] = ()) -> None:
        super().__init__({name: exact_array(value, f"the value of {name!r}") for name, value in dict(content).items()})
