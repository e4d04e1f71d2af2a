"""Faults planted in constants: a check of a bound must fail where its constant is wrong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

import pytest

Check: TypeAlias = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Fault:
    """What a name of a module or class is made to be, and the check that must see it."""

    home: object
    name: str
    made: Callable[..., Any]
    check: Check

    def must_be_caught(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """The check fails once the fault is planted."""
        monkeypatch.setattr(self.home, self.name, self.made(getattr(self.home, self.name)))
        with pytest.raises(AssertionError):
            self.check()


def times(factor: float) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """A function whose numbers are all multiplied by the factor."""

    def faulty(original: Callable[..., Any]) -> Callable[..., Any]:
        def changed(*arguments: Any) -> Any:
            found = original(*arguments)
            return tuple(factor * each for each in found) if isinstance(found, tuple) else factor * found

        return changed

    return faulty


def named(check: Check) -> str:
    """The name of a check in the list of tests."""
    return getattr(check, "__name__", repr(check)).removeprefix("check_")
