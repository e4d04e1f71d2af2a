"""A figure as the page shows it."""

from __future__ import annotations

from dataclasses import dataclass

from infograd.record import Figure
from infograd.reports.plaintext import printable


@dataclass(frozen=True, slots=True)
class Picture:
    """A figure: its SVG, the text that stands in for it, and its caption."""

    anchor: str
    title: str
    caption: str
    alternative: str
    svg: str


def picture(anchor: str, figure: Figure) -> Picture:
    """The figure drawn.

    Raises: SpecificationError for a figure that cannot be drawn.
    """
    from infograd.reports.drawing import figure_svg  # matplotlib is loaded only where there is something to draw

    panels = " ".join(
        f"Panel {number}, {panel.title}: {panel.y_label} against {panel.x_label}; {', '.join(curve.label for curve in panel.curves)}."
        for number, panel in enumerate(figure.panels, 1)
    )
    return Picture(
        anchor=anchor,
        title=printable(figure.title),
        caption=printable(figure.caption),
        alternative=printable(f"{figure.title}. {panels}"),
        svg=figure_svg(figure),
    )
