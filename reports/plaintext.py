"""Text from outside, made safe to look at: nothing invisible, nothing that reorders a line."""

from __future__ import annotations

import unicodedata

_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def printable(text: str) -> str:
    r"""The text with control, format, private and unassigned characters written as escapes.

    >>> printable("a\x00b\u202ec")
    'a\\x00b\\u202ec'
    """
    return "".join(_shown(character) for character in text)


def _shown(character: str) -> str:
    if character in "\n\t" or unicodedata.category(character) not in _HIDDEN:
        return character
    return character.encode("unicode_escape").decode("ascii")
