r"""LaTeX as one MathML tree, which the HTML prints as it is and the PDF prints through `infograd.reports.mathematics`.

The tree of latex2mathml is made whole first: entities become characters, upright words one identifier, bold and other
alphabets the letters of that alphabet (browsers print `mathvariant` no more), and function words get the thin spaces of
TeX. Only known tags and attributes pass, so a tree carries no link, style or script.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise
from xml.etree.ElementTree import Element, SubElement, tostring

from latex2mathml import exceptions
from latex2mathml.converter import convert_to_element

from infograd.error import SpecificationError
from infograd.reports.alphabet import in_alphabet
from infograd.reports.plaintext import printable

NAMESPACE = "http://www.w3.org/1998/Math/MathML"
TOKENS = frozenset({"mi", "mn", "mo", "mtext"})
LAYOUTS = {"mfrac": 2, "mroot": 2, "msub": 2, "msup": 2, "munder": 2, "mover": 2, "msubsup": 3, "munderover": 3}
TAGS = TOKENS | LAYOUTS.keys() | {"math", "mpadded", "mrow", "mspace", "msqrt", "mstyle", "mtable", "mtd", "mtr"}
_ATTRIBUTES = frozenset(
    [
        "accent",
        "columnalign",
        "columnspacing",
        "depth",
        "display",
        "displaystyle",
        "fence",
        "form",
        "height",
        "linethickness",
        "lspace",
        "mathvariant",
        "maxsize",
        "minsize",
        "movablelimits",
        "rowspacing",
        "rspace",
        "scriptlevel",
        "separator",
        "stretchy",
        "symmetric",
        "voffset",
        "width",
    ]
)
_RAISED = tuple(error for error in vars(exceptions).values() if isinstance(error, type) and issubclass(error, Exception))
_UNREADABLE: tuple[type[Exception], ...] = (*_RAISED, StopIteration, ValueError)  # what latex2mathml raises on text that is no LaTeX
_ENTITY = re.compile(r"&#x([0-9A-F]{4,6});")
_CAPITAL_GREEK = re.compile("[\u0391-\u03a9]")
_SYMBOLS = {"~": "\N{TILDE OPERATOR}", ";": ";", "!": "!", "%": "%"}
_LETTERLIKE = frozenset("∞∂∇∅")
_ENVIRONMENT = re.compile(r"(\\(?:begin|end)\s*)\{aligned\}")  # latex2mathml knows the same environment by the name `split`
_WIDTHS = {
    "thinmathspace": "0.167em",
    "thickmathspace": "0.278em",
    "negativethinmathspace": "-0.167em",
    "negativemediummathspace": "-0.222em",
    "negativethickmathspace": "-0.278em",
}
_BAR, _OVERLINE = "―", "‾"  # latex2mathml draws lines above and below with the first; fonts stretch the second


@lru_cache(maxsize=4096)
def formula_tree(latex: str) -> Element:
    """The MathML tree of a formula; callers only read it.

    Raises: SpecificationError for LaTeX that cannot be read and for tags and attributes that the reports do not print.
    """
    try:
        raw = convert_to_element(_ENVIRONMENT.sub(r"\1{split}", latex))
    except _UNREADABLE as error:
        raise SpecificationError(f"the formula {latex!r} cannot be read as LaTeX ({type(error).__name__}); mend its braces, scripts or environments.") from None
    tree = Element("math")
    for child in raw:
        _copy(child, tree, latex)
    return tree


def mathml(latex: str, *, block: bool = False) -> str:
    """The formula as MathML text, escaped, with its LaTeX as alternative text; `block` gives it its own line."""
    tree = formula_tree(latex)
    root = Element("math", {"xmlns": NAMESPACE, "display": "block" if block else "inline", "alttext": printable(latex)})
    root.extend(tree)
    return tostring(root, encoding="unicode")


def is_word(element: Element) -> bool:
    """Whether the element is an upright identifier of several letters, scripts included."""
    while element.tag in LAYOUTS and element.tag != "mfrac" and len(element):
        element = element[0]
    if element.tag == "mrow" and len(element) == 1:
        return is_word(element[0])
    return element.tag == "mi" and len(element.text or "") > 1


def _copy(element: Element, parent: Element, latex: str) -> None:
    if element.tag not in TAGS:
        raise SpecificationError(f"the formula {latex!r} needs the MathML tag {element.tag!r}, which the reports do not print; write it without.")
    unknown = sorted(set(element.attrib) - _ATTRIBUTES)
    if unknown:
        raise SpecificationError(f"the formula {latex!r} needs the MathML attribute {unknown[0]!r}, which the reports do not print; write it without.")
    if element.tag in TOKENS:
        _copy_token(element, parent, latex)
        return
    copy = SubElement(parent, element.tag, element.attrib)
    if "width" in copy.attrib:
        copy.set("width", _WIDTHS.get(copy.attrib["width"], copy.attrib["width"]))
    if len(element) != LAYOUTS.get(element.tag, len(element)):
        raise SpecificationError(f"the formula {latex!r} has {element.tag!r} with {len(element)} parts; give it {LAYOUTS[element.tag]}.")
    for child in element:
        _copy(child, copy, latex)
    if element.tag in {"mrow", "mstyle", "mpadded", "mtd", "msqrt"}:
        _join_letters(copy)
        _space_words(copy)
        _mark_signs(copy)
        _group_tables(copy)


def _copy_token(element: Element, parent: Element, latex: str) -> None:
    text = printable(_ENTITY.sub(lambda match: chr(int(match[1], 16)), element.text or ""))
    tag, attributes = element.tag, dict(element.attrib)
    variant = attributes.pop("mathvariant", None)
    if tag == "mi" and text == "\\arg":
        text = "arg"
    if tag == "mi" and (text == "&" or (text.startswith("\\") and len(text) > 1)):
        raise SpecificationError(f"the formula {latex!r} uses {text!r}, which cannot be read here; write it in another way.")
    if tag == "mi" and text in _SYMBOLS and variant is None:
        tag, text = "mo", _SYMBOLS[text]
    if tag == "mo" and len(text) > 1 and text.isalpha():
        tag, attributes = "mi", {}
    if tag == "mo" and text in _LETTERLIKE:
        tag, attributes = "mi", {"mathvariant": "normal"}
    if tag == "mo" and text == _BAR:
        text, attributes = _OVERLINE, {"stretchy": "true"}
    if tag == "mi" and len(text) == 1 and (variant == "normal" or (variant is None and _CAPITAL_GREEK.fullmatch(text))):
        attributes["mathvariant"] = "normal"
    elif variant not in (None, "normal"):
        text = in_alphabet(text, variant)
    SubElement(parent, tag, attributes).text = text


def _join_letters(row: Element) -> None:
    """Letters set upright one by one become one identifier."""
    for child in list(row)[1:]:
        before = row[list(row).index(child) - 1]
        if _is_upright(before) and _is_upright(child):
            before.text = f"{before.text}{child.text}"
            row.remove(child)
    for child in row:
        if child.tag == "mi" and len(child.text or "") > 1:
            child.attrib.pop("mathvariant", None)


def _is_upright(element: Element) -> bool:
    text = element.text or ""
    return element.tag == "mi" and element.get("mathvariant") == "normal" and not _CAPITAL_GREEK.match(text) and text not in _LETTERLIKE


def _space_words(row: Element) -> None:
    """A thin space between a word and an operand beside it; none before a parenthesis or an operator."""
    for before, after in list(pairwise(row)):
        if (is_word(before) and _is_operand(after)) or (is_word(after) and (_is_operand(before) or _closes(before))):
            row.insert(list(row).index(after), Element("mspace", {"width": "0.167em"}))


def _mark_signs(row: Element) -> None:
    """A plus or minus after an operator or an opening fence is a sign, set without space behind it."""
    for before, after in pairwise(row):
        if after.tag == "mo" and after.text in {"+", "\N{MINUS SIGN}"} and before.tag == "mo" and not _closes(before):
            after.set("form", "prefix")


def _group_tables(row: Element) -> None:
    """A matrix and its fences become a row of their own, which is what the fences stretch to."""
    for table in [child for child in row if child.tag == "mtable"]:
        position = list(row).index(table)
        if len(row) > 3 and 0 < position < len(row) - 1 and row[position - 1].tag == row[position + 1].tag == "mo":
            group = Element("mrow")
            group.extend(row[position - 1 : position + 2])
            row[position - 1 : position + 2] = [group]


def _is_operand(element: Element) -> bool:
    if element.tag in {"mo", "mspace", "mtext"}:
        return False
    return not _opens(element)


def _opens(element: Element) -> bool:
    while element.tag in {"mrow", "mstyle", "msup", "msub", "msubsup"} and len(element):
        element = element[0]
    return element.tag == "mo"


def _closes(element: Element) -> bool:
    if element.tag == "mo":
        return (element.text or "") in ")]}⟩"
    return element.tag == "mrow" and len(element) > 0 and _closes(element[-1])
