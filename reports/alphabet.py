"""Letters of the mathematical alphabets, for browsers and typesetters that take them as characters."""

from __future__ import annotations

import unicodedata

from infograd.error import SpecificationError

_STYLES = {
    "bold": "BOLD",
    "italic": "ITALIC",
    "bold-italic": "BOLD ITALIC",
    "double-struck": "DOUBLE-STRUCK",
    "script": "SCRIPT",
    "bold-script": "BOLD SCRIPT",
    "fraktur": "FRAKTUR",
    "bold-fraktur": "BOLD FRAKTUR",
    "sans-serif": "SANS-SERIF",
    "bold-sans-serif": "SANS-SERIF BOLD",
    "monospace": "MONOSPACE",
}
_KINDS = {"LATIN SMALL LETTER ": "SMALL ", "LATIN CAPITAL LETTER ": "CAPITAL ", "GREEK SMALL LETTER ": "SMALL ", "GREEK CAPITAL LETTER ": "CAPITAL "}


def in_alphabet(text: str, variant: str) -> str:
    r"""The text with each letter and digit in the alphabet of that MathML variant; a character that has none stays.

    >>> ascii(in_alphabet("x", "bold"))
    "'\\U0001d431'"

    Raises: SpecificationError for an unknown variant.
    """
    style = _STYLES.get(variant)
    if style is None:
        raise SpecificationError(f"a formula uses the alphabet {variant!r}, which the reports do not print; they print {', '.join(map(repr, _STYLES))}.")
    return "".join(_letter(character, style) for character in text)


def _letter(character: str, style: str) -> str:
    name = unicodedata.name(character, "")
    for prefix, kind in (*_KINDS.items(), ("DIGIT ", "DIGIT ")):
        if name.startswith(prefix):
            letter = name.removeprefix(prefix)
            for candidate in (f"MATHEMATICAL {style} {kind}{letter}", f"{style} {kind}{letter}", f"BLACK-LETTER {kind}{letter}" if style == "FRAKTUR" else ""):
                try:
                    return unicodedata.lookup(candidate)
                except KeyError:
                    continue
    return character
