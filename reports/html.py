"""The report as one HTML file: no network, no script, formulas as MathML with the font beside them, figures as SVG."""

from __future__ import annotations

import base64
from importlib.resources import files

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup, escape

from infograd.record import Run
from infograd.reports.formula import mathml
from infograd.reports.prose import Prose
from infograd.reports.section import Mathematics
from infograd.reports.view import view

FONT = "stix-two-math-subset.woff2"


def html(run: Run) -> bytes:
    """The report of a run; equal runs give equal bytes.

    Raises: SpecificationError for a formula or a figure that cannot be printed.
    """
    environment = Environment(loader=FunctionLoader(_template), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters |= {"math": _inline, "display": _display, "image": _image, "prose": _prose}
    font = base64.b64encode(files("infograd.reports").joinpath("fonts", FONT).read_bytes()).decode("ascii")
    return environment.get_template("report.html").render(view=view(run), font=Markup(font)).encode("utf-8")


def _template(name: str) -> str:
    return files("infograd.reports").joinpath("templates", name).read_text("utf-8")


def _inline(formula: Mathematics) -> Markup:
    return Markup(mathml(formula.latex))  # every text in it was escaped where the tree was written


def _display(formula: Mathematics) -> Markup:
    return Markup(mathml(formula.latex, block=True))


def _prose(pieces: Prose) -> Markup:
    return Markup("").join(escape(piece) if isinstance(piece, str) else _inline(piece) for piece in pieces)


def _image(svg: str) -> str:
    return f"data:image/svg+xml;base64,{base64.b64encode(svg.encode('utf-8')).decode('ascii')}"
