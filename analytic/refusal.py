"""Why the room cannot answer, raised inside and turned into a `Refusal` at its border."""

from __future__ import annotations


class NoClosedFormError(Exception):
    """A channel or a point that the method does not cover; the message is the reason, in one clause."""


class UndecidedError(NoClosedFormError):
    """A ball that contains zero where the method must know whether a number is zero."""
