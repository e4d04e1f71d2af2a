from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from matplotlib.figure import Figure as Canvas

import infograd as ig
from infograd.error import SpecificationError
from infograd.reports.drawing import draw, draw_panel, figure_svg


def test_equal_figures_have_equal_bytes(figure: ig.Figure) -> None:
    assert figure_svg.__wrapped__(figure) == figure_svg.__wrapped__(dataclasses.replace(figure))


def test_svg_names_no_date_and_no_program(figure: ig.Figure) -> None:
    svg = figure_svg(figure)
    assert "dc:date" not in svg
    assert "dc:creator" not in svg


def test_a_panel_is_drawn_on_the_axes_that_are_given(figure: ig.Figure) -> None:
    ax = Canvas().subplots()
    panel = figure.panels[0]
    assert draw_panel(panel, ax) is ax
    assert (ax.get_title(loc="left"), ax.get_xlabel(), ax.get_ylabel()) == (panel.title, panel.x_label, panel.y_label)
    legend = ax.get_legend()
    assert legend is not None
    assert [text.get_text() for text in legend.get_texts()] == [curve.label for curve in panel.curves]


def test_lines_differ_by_dash_and_points_by_marker_so_that_grey_tells_them_apart() -> None:
    curves = tuple(ig.Curve(f"line {number}", (0.0, 1.0), (0.0, 1.0)) for number in range(5)) + tuple(
        ig.Curve(f"points {number}", (0.0, 1.0), (0.0, 1.0), marker=True) for number in range(2)
    )
    ax = draw_panel(ig.Panel("", "x", "y", curves), Canvas().subplots())
    solid = [line for line in ax.lines if line.get_linestyle() != "None"]
    assert len({str(line._unscaled_dash_pattern) for line in solid}) == 5  # type: ignore[attr-defined]  # matplotlib tells a custom dash only here
    assert len({str(line.get_marker()) for line in ax.lines if line.get_linestyle() == "None"}) == 2


def test_doubt_is_drawn_as_a_band_of_its_half_width() -> None:
    curve = ig.Curve("a", (0.0, 1.0), (2.0, 3.0), (0.5, 0.25))
    ax = draw_panel(ig.Panel("", "x", "y", (curve,)), Canvas().subplots())
    (band,) = ax.collections
    corners = {tuple(corner) for corner in np.asarray(band.get_paths()[0].vertices).tolist()}
    assert {(0.0, 1.5), (0.0, 2.5), (1.0, 2.75), (1.0, 3.25)} <= corners


def test_a_panel_of_errors_has_a_logarithmic_axis_that_bears_a_zero(figure: ig.Figure) -> None:
    panel = ig.Panel("", "x", "error", (ig.Curve("a", (0.0, 1.0, 2.0), (0.0, 1e-3, 1e-6), (1e-3, 1e-3, 1e-6)),), log_y=True)
    assert draw_panel(panel, Canvas().subplots()).get_yscale() == "log"
    assert "<svg" in figure_svg(dataclasses.replace(figure, panels=(panel,)))


def test_panels_stand_two_in_a_row_and_a_missing_one_is_blank(figure: ig.Figure) -> None:
    canvas = draw(dataclasses.replace(figure, panels=(*figure.panels, figure.panels[0])))
    assert [ax.axison for ax in canvas.axes] == [True, True, True, False]


def test_labels_are_plain_text(hostile: ig.Run) -> None:
    assert "<svg" in figure_svg(hostile.figures[0])


@pytest.mark.parametrize(
    ("curve", "message"),
    [(ig.Curve("a", (0.0, 1.0), (0.0,)), "2 x, 1 y and 0 doubts"), (ig.Curve("a", (0.0, 1.0), (0.0, 1.0), (0.1,)), "2 x, 2 y and 1 doubts")],
)
def test_a_curve_of_uneven_parts_raises(curve: ig.Curve, message: str) -> None:
    with pytest.raises(SpecificationError, match=message):
        draw(ig.Figure("f", "t", "c", (ig.Panel("", "x", "y", (curve,)),)))


def test_a_figure_without_panels_raises() -> None:
    with pytest.raises(SpecificationError, match="no panels"):
        draw(ig.Figure("f", "t", "c", ()))
