"""Gains, powers and decoding orders as exact numbers, or one sentence on what is wrong with them."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from infograd.array import exact
from infograd.error import SpecificationError


def positive(value: object, place: str) -> Fraction:
    """A rational above zero."""
    number = exact(value, place)
    if number <= 0:
        raise SpecificationError(f"{place} is {number}; it must be positive.")
    return number


def nonnegative(value: object, place: str) -> Fraction:
    """A rational that is not below zero."""
    number = exact(value, place)
    if number < 0:
        raise SpecificationError(f"{place} is {number}; it must not be negative.")
    return number


def gains(values: Sequence[object]) -> tuple[Fraction, ...]:
    """Positive power gains of two users or more."""
    if isinstance(values, str) or not isinstance(values, Sequence) or len(values) < 2:
        raise SpecificationError(f"the gains are {values!r}; give one power gain per user, for two users at least.")
    return tuple(positive(value, f"the power gain of user {user}") for user, value in enumerate(values))


def powers(values: Sequence[object], users: int) -> tuple[Fraction, ...]:
    """One nonnegative power per user."""
    if isinstance(values, str) or not isinstance(values, Sequence) or len(values) != users:
        raise SpecificationError(f"the powers are {values!r}; give {users} of them, one per user.")
    return tuple(nonnegative(value, f"the power of user {user}") for user, value in enumerate(values))


def decoding_order(values: Sequence[int], users: int) -> tuple[int, ...]:
    """Every user once."""
    if isinstance(values, str) or not isinstance(values, Sequence) or sorted(map(repr, values)) != sorted(map(repr, range(users))):
        raise SpecificationError(f"the decoding order is {values!r}; name each user from 0 to {users - 1} once, the first to be decoded first.")
    return tuple(values)
