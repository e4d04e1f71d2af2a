"""Paths into a file."""

from __future__ import annotations

import re
from typing import TypeAlias

Path: TypeAlias = tuple[str | int, ...]


def place_text(path: Path) -> str:
    """A path into the file as a user writes it: gate[1].noise.normal."""
    text = ""
    for step in path:
        shown = step if isinstance(step, int) or re.fullmatch(r"[A-Za-z0-9_-]{1,40}", step) else repr(step[:40])
        text += f"[{shown}]" if isinstance(step, int) else f".{shown}" if text else str(shown)
    return text
