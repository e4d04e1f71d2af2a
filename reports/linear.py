"""A formula's MathML tree as a line of text, for terminals: fractions with a slash, scripts raised and lowered where letters exist."""

from __future__ import annotations

import re
import unicodedata
from xml.etree.ElementTree import Element

from infograd.reports.formula import formula_tree
from infograd.reports.prose import prose

_LOWERED = str.maketrans("0123456789+-aehijklmnoprstuvx", "₀₁₂₃₄₅₆₇₈₉₊₋ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ")
_RAISED = str.maketrans("0123456789+-inT\N{MATHEMATICAL SANS-SERIF CAPITAL T}", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁱⁿᵀᵀ")
_OVER = {"^": "\u0302", "~": "\u0303", "¯": "\u0304", "‾": "\u0305", "˙": "\u0307", "¨": "\u0308", "→": "\u20d7"}
_PRIME = "\N{PRIME}"
_CLOSE = frozenset("()[]{}⟨⟩‖|!/.√∂∇⌈⌉⌊⌋" + _PRIME)
_LARGE = frozenset("∑∏∫\N{N-ARY UNION}\N{N-ARY INTERSECTION}")
_ATOM = re.compile(r"∂?[\w.]+[₀-ₜᵢ-ᵪⱼ⁰-ⁿ²³¹ᵀ]*")


def linear_text(latex: str) -> str:
    r"""The formula in one line.

    >>> linear_text(r"\frac{\theta^{2}}{s_{1} + s_{2}}")
    'θ²/(s₁ + s₂)'

    Raises: SpecificationError for LaTeX that the reports cannot read.
    """
    return _tidy(_children(formula_tree(latex)))


def prose_text(text: str) -> str:
    """The text with its formulas in line."""
    return "".join(piece if isinstance(piece, str) else linear_text(piece.latex) for piece in prose(text))


def _tidy(text: str) -> str:
    text = re.sub(r"\s+", " ", text)
    text = re.sub(r" (?=[,;.)\]}])|(?<=[(\[{]) ", "", text).strip()
    return re.sub(r"(^|[(\[{])([-+\N{MINUS SIGN}]) ", r"\1\2", text)


def _children(element: Element) -> str:
    return "".join(map(_line, element))


def _line(element: Element) -> str:
    text = element.text or ""
    match element.tag:
        case "mi" | "mn" | "mtext":
            return text
        case "mo":
            return _operator(element, text)
        case "mspace":
            return "" if element.get("width", "").startswith("-") else " "
        case "mfrac":
            return f"{_group(element[0])}/{_group(element[1])}"
        case "msqrt":
            inner = _tidy(_children(element))
            return f"√{inner if len(inner) == 1 or (inner.isascii() and inner.isalnum()) else f'({inner})'}"
        case "mroot":
            return f"root({_tidy(_line(element[0]))}, {_tidy(_line(element[1]))})"
        case "mover" if element[1].tag == "mo" and element[1].text in _OVER:
            return _accented(element)
        case "msub" | "munder" | "msup" | "mover" | "msubsup" | "munderover":
            return _with_scripts(element)
        case "mtable":
            return "; ".join(_tidy(" ".join(map(_children, row))) for row in element)
        case _:
            return _children(element)


def _operator(element: Element, text: str) -> str:
    if text in {",", ";"}:
        return f"{text} "
    if element.get("form") == "prefix" or all(character in _CLOSE or not character.strip() for character in text) or text in _LARGE:
        return text
    return f" {text} "


def _group(element: Element) -> str:
    """The element, in parentheses where it is more than one piece."""
    inner = _tidy(_line(element))
    return inner if _ATOM.fullmatch(inner) else f"({inner})"


def _script(element: Element, mark: str) -> str:
    inner = re.sub(r" ?([^\w\s]) ?", r"\1", _tidy(_line(element))).replace("\N{MINUS SIGN}", "-")
    if set(inner) == {_PRIME}:
        return inner
    moved = inner.translate(_LOWERED if mark == "_" else _RAISED)
    if all(new != old or not old.strip() for new, old in zip(moved, inner, strict=True)):
        return moved
    return f"{mark}{inner if len(inner) == 1 or inner.isalpha() else f'({inner})'}".replace("-", "\N{MINUS SIGN}")


def _with_scripts(element: Element) -> str:
    marks = {"msub": "_", "munder": "_", "msup": "^", "mover": "^"}.get(element.tag, "_^")
    base = _line(element[0]).rstrip()
    gap = " " if base in _LARGE or (len(base) > 2 and base.isalpha()) else ""
    return base + "".join(_script(script, mark) for script, mark in zip(element[1:], marks, strict=True)) + gap


def _accented(element: Element) -> str:
    over = _OVER[element[1].text or ""]
    return unicodedata.normalize("NFC", "".join(character + over for character in _tidy(_line(element[0]))))
