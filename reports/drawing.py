"""Figures in one style: colour-blind safe, told apart in grey by dash and marker, doubt as bands and error bars.

Labels are plain text (Greek letters as characters). The SVG of a figure holds its letters as outlines, no date and no
random identifier, so that equal figures have equal bytes.
"""

from __future__ import annotations

import io
import math
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import matplotlib
from matplotlib.figure import Figure as Canvas
from matplotlib.ticker import FuncFormatter, NullFormatter

from infograd.error import SpecificationError
from infograd.reports.plaintext import printable

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from infograd.record import Curve, Figure, Panel

_COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00", "#000000")
_DASHES: tuple[Any, ...] = ("-", (0, (5, 1.6)), (0, (4, 1.4, 1, 1.4)), (0, (1, 1.2)), (0, (7, 1.5, 1, 1.5, 1, 1.5)))
_MARKERS = ("o", "s", "^", "D", "v", "P", "X")
_STYLE: dict[Any, Any] = {
    "axes.edgecolor": "#555555",
    "axes.facecolor": "none",
    "axes.formatter.use_mathtext": False,
    "axes.grid": True,
    "axes.labelsize": 8.5,
    "axes.linewidth": 0.7,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlelocation": "left",
    "axes.titlesize": 9,
    "axes.titleweight": "bold",
    "figure.facecolor": "none",
    "font.family": "DejaVu Sans",
    "font.size": 8,
    "grid.color": "#cfcfcf",
    "grid.linewidth": 0.4,
    "legend.fontsize": 8,
    "legend.frameon": False,
    "svg.fonttype": "path",
    "svg.hashsalt": "infograd",
    "text.parse_math": False,
    "xtick.labelsize": 7.5,
    "ytick.labelsize": 7.5,
}
_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_WIDTH, _ROW, _LEGEND = 7.2, 2.55, 0.5


def draw(figure: Figure) -> Canvas:
    """The figure's panels on a grid of at most two columns, with one legend below; a label keeps its style in all panels.

    Raises: SpecificationError for a figure without panels and for a curve whose parts differ in length.
    """
    if not figure.panels:
        raise SpecificationError(f"figure {figure.name!r} has no panels; give it at least one.")
    columns = 1 if len(figure.panels) == 1 else 2
    rows = math.ceil(len(figure.panels) / columns)
    with matplotlib.rc_context(_STYLE):
        canvas = Canvas(figsize=(_WIDTH, rows * _ROW + _LEGEND), layout="constrained")
        grid = canvas.subplots(rows, columns, squeeze=False)
        styles = _styles(figure.panels)
        handles: dict[str, Any] = {}
        for position, ax in enumerate(grid.flat):
            if position < len(figure.panels):
                handles |= _draw_curves(figure.panels[position], ax, styles)
            else:
                ax.set_axis_off()
        canvas.legend(list(handles.values()), [printable(label) for label in handles], loc="outside lower center", ncols=min(2, max(1, len(handles))))
    return canvas


def draw_panel(panel: Panel, ax: Axes) -> Axes:
    """Draw one panel with its own legend on `ax` and return it."""
    with matplotlib.rc_context(_STYLE):
        handles = _draw_curves(panel, ax, _styles((panel,)))
        ax.legend(list(handles.values()), [printable(label) for label in handles])
    return ax


@lru_cache(maxsize=32)
def figure_svg(figure: Figure) -> str:
    """The figure as SVG text; equal figures give equal text."""
    canvas = draw(figure)
    stream = io.BytesIO()
    with matplotlib.rc_context(_STYLE):
        canvas.savefig(stream, format="svg", metadata={"Date": None, "Creator": None})
    return stream.getvalue().decode("utf-8")


def _styles(panels: tuple[Panel, ...]) -> dict[str, int]:
    labels = dict.fromkeys(curve.label for panel in panels for curve in panel.curves)
    return {label: position for position, label in enumerate(labels)}


def _draw_curves(panel: Panel, ax: Axes, styles: dict[str, int]) -> dict[str, Any]:
    """Draw the panel and return a legend handle for each label."""
    ax.set_title(printable(panel.title))
    ax.set_xlabel(printable(panel.x_label))
    ax.set_ylabel(printable(panel.y_label))
    if panel.log_y:
        ax.set_yscale("log", nonpositive="mask")
        ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: _power_of_ten(value)))
        ax.yaxis.set_minor_formatter(NullFormatter())
    return {curve.label: _draw_curve(curve, ax, styles[curve.label]) for curve in panel.curves}


def _power_of_ten(value: float) -> str:
    """A tick of a logarithmic axis, its exponent raised."""
    return "10" + str(round(math.log10(value))).translate(_RAISED)


def _draw_curve(curve: Curve, ax: Axes, style: int) -> Any:
    if len(curve.x) != len(curve.y) or len(curve.doubt) not in (0, len(curve.x)):
        raise SpecificationError(
            f"curve {curve.label!r} has {len(curve.x)} x, {len(curve.y)} y and {len(curve.doubt)} doubts; give one y for each x, and a doubt for each or none."
        )
    colour = _COLOURS[style % len(_COLOURS)]
    if curve.marker:
        marker = _MARKERS[style % len(_MARKERS)]
        half = curve.doubt or None
        return ax.errorbar(
            curve.x, curve.y, yerr=half, color=colour, linestyle="none", marker=marker, markersize=3.2, markerfacecolor="none", elinewidth=0.8, capsize=1.5
        )
    (line,) = ax.plot(curve.x, curve.y, color=colour, linestyle=_DASHES[style % len(_DASHES)], linewidth=1.5)
    if curve.doubt:
        low = [y - half for y, half in zip(curve.y, curve.doubt, strict=True)]
        high = [y + half for y, half in zip(curve.y, curve.doubt, strict=True)]
        ax.fill_between(curve.x, low, high, color=colour, alpha=0.22, linewidth=0)
    return line
