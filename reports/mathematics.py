r"""A formula's MathML tree as Typst mathematics, so that the PDF prints the tree that the HTML prints.

Every character of the tree leaves as an escape (`\u{78}`) or inside a string of escapes, so no text of a formula is ever
read as Typst code.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from xml.etree.ElementTree import Element

from infograd.error import SpecificationError
from infograd.reports.formula import formula_tree

_OPENING, _CLOSING = frozenset("([{⟨⌈⌊|‖"), frozenset(")]}⟩⌉⌋|‖")
_ACCENTS = {
    "^": "hat",
    "~": "tilde",
    "¯": "macron",
    "→": "arrow",
    "˙": "dot",
    "¨": "dot.double",
    "ˇ": "caron",
    "˘": "breve",
    "\N{ACUTE ACCENT}": "acute",
    "`": "grave",
}
_LINES = {"‾": ("overline", "underline"), "⏞": ("overbrace", "overbrace"), "⏟": ("underbrace", "underbrace")}
_LENGTH = re.compile(r"-?\d+(\.\d+)?em")


def typst_mathematics(latex: str) -> str:
    """The formula as the inside of Typst's `$...$`.

    Raises: SpecificationError for LaTeX that cannot be read and for a tree that the walker does not know.
    """
    return _print(formula_tree(latex))


def string(text: str) -> str:
    """The text as a Typst string literal, ASCII letters and digits as they are and everything else escaped."""
    return f'"{"".join(character if character.isascii() and character.isalnum() else _escape(character) for character in text)}"'


def _escape(character: str) -> str:
    return f"\\u{{{ord(character):x}}}"


def _print(element: Element) -> str:
    printer = _PRINTERS.get(element.tag)
    if printer is None:
        raise SpecificationError(f"the MathML tag {element.tag!r} has no Typst form here; the tags are {', '.join(sorted(_PRINTERS))}.")
    return printer(element)


def _children(element: Element) -> str:
    return "".join(map(_print, element))


def _argument(element: Element) -> str:
    """The element as an argument of a Typst function, which may be empty and not absent."""
    return _print(element) or '""'


def _content(element: Element) -> str:
    return _children(element) or '""'


def _identifier(element: Element) -> str:
    text = element.text or ""
    if len(text) != 1:
        return string(text)
    return f"upright({_escape(text)})" if element.get("mathvariant") == "normal" else _escape(text)


def _operator(element: Element) -> str:
    return "".join(map(_escape, element.text or ""))


def _row(element: Element) -> str:
    """A row in stretchy fences grows them around its content."""
    inner = _children(element)
    return f"lr({inner})" if len(element) > 1 and (_stretches(element[0], _OPENING) or _stretches(element[-1], _CLOSING)) else inner


def _stretches(element: Element, fences: frozenset[str]) -> bool:
    return element.tag == "mo" and element.text in fences and element.get("stretchy") != "false"


def _style(element: Element) -> str:
    match element.get("displaystyle"):
        case "true":
            return f"display({_content(element)})"
        case "false":
            return f"inline({_content(element)})"
        case _:
            return _children(element)


def _fraction(element: Element) -> str:
    top, bottom = map(_argument, element)
    return f"vec(delim: #none, {top}, {bottom})" if element.get("linethickness") == "0" else f"frac({top}, {bottom})"


def _root(element: Element) -> str:
    radicand, degree = map(_argument, element)
    return f"root({degree}, {radicand})"


def _script(below: int | None, above: int | None, placement: str) -> Callable[[Element], str]:
    def printed(element: Element) -> str:
        parts = [f"{side}: {_argument(element[position])}" for side, position in (("b", below), ("t", above)) if position is not None]
        return f"attach({placement}({_argument(element[0])}), {', '.join(parts)})"

    return printed


def _beside(position: int, otherwise: Callable[[Element], str]) -> Callable[[Element], str]:
    """An accent, a line or a brace over (0) or under (1) its base; anything else is a limit."""

    def printed(element: Element) -> str:
        mark = (element[1].text or "") if element[1].tag == "mo" else ""
        base = _argument(element[0])
        if mark in _LINES:
            return f"{_LINES[mark][position]}({base})"
        if mark in _ACCENTS and position == 0:
            return f"accent({base}, {_ACCENTS[mark]})"
        return otherwise(element)

    return printed


def _space(element: Element) -> str:
    width = element.get("width", "")
    if not _LENGTH.fullmatch(width):
        raise SpecificationError(f"a formula has a space of width {width!r}; the reports print widths in em, for example '1em' (and no line breaks).")
    return f"#h({width})"


def _table(element: Element) -> str:
    if all(_is_aligned(row) for row in element):
        return f"mat(delim: #none, align: #left, {'; '.join(' & '.join(f'display({_argument(cell)})' for cell in row) for row in element)})"
    sides = {cell.get("columnalign", "center") for row in element for cell in row}
    side = sides.pop() if len(sides) == 1 else "center"
    if side not in {"left", "center", "right"}:
        raise SpecificationError(f"a formula has a table with columns aligned {side!r}; the reports align left, center or right.")
    rows = "; ".join(", ".join(map(_argument, row)) for row in element)
    return f"mat(delim: #none, align: #{side}, {rows})"


def _is_aligned(row: Element) -> bool:
    """Whether the cells of a row are set against each other in pairs, as around a sign of equality."""
    return len(row) > 1 and all(cell.get("columnalign") == ("left" if position % 2 else "right") for position, cell in enumerate(row))


_PRINTERS: dict[str, Callable[[Element], str]] = {
    "math": _children,
    "mrow": _row,
    "mpadded": _children,
    "mstyle": _style,
    "mi": _identifier,
    "mn": lambda element: string(element.text or ""),
    "mo": _operator,
    "mtext": lambda element: string(element.text or ""),
    "mspace": _space,
    "mfrac": _fraction,
    "msqrt": lambda element: f"sqrt({_content(element)})",
    "mroot": _root,
    "msub": _script(1, None, "scripts"),
    "msup": _script(None, 1, "scripts"),
    "msubsup": _script(1, 2, "scripts"),
    "munder": _beside(1, _script(1, None, "limits")),
    "mover": _beside(0, _script(None, 1, "limits")),
    "munderover": _script(1, 2, "limits"),
    "mtable": _table,
    "mtd": _children,
}
