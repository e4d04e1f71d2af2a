"""How large a specification from outside may be; beyond these it is refused before it costs time or memory."""

from __future__ import annotations

BYTES = 64 * 1024
DEPTH = 32
NODES = 500
DIGITS = 64
EXPONENT = 40
CHANNEL_NODES = 32
IDENTITY = 32


def excerpt(text: str, length: int = 60) -> str:
    """The text in quotes, cut where it is long."""
    return repr(text if len(text) <= length else text[: length - 3] + "...")
