"""The nested rule on the unit interval and on the half line."""

from __future__ import annotations

import math

import pytest

import infograd as ig
from infograd.learned.information.quadrature import half_line_rule, unit_rule


@pytest.mark.parametrize("nodes", [3, 7, 15])
def test_both_orders_are_exact_for_polynomials_below_their_number_of_nodes(nodes: int) -> None:
    rule = unit_rule(nodes)
    for weights, size in ((rule.weights, nodes), (rule.coarse, nodes // 2)):
        for degree in range(size):
            assert abs(float((weights * rule.nodes**degree).sum()) - 1 / (degree + 1)) <= 1e-15 * nodes
    assert int((rule.coarse != 0).sum()) == nodes // 2


def test_half_line_rule_integrates_an_inverse_square_with_its_tail() -> None:
    # int 1/(r + t) - 1/(s + t) dt = log(s/r); with the scale sqrt(rs) and s/r = 25 the poles lie 1/4 outside the unit interval.
    rule = half_line_rule(15, 0.5)
    found = float((rule.weights * (1 / (0.1 + rule.nodes) - 1 / (2.5 + rule.nodes))).sum())
    coarse = float((rule.coarse * (1 / (0.1 + rule.nodes) - 1 / (2.5 + rule.nodes))).sum())
    assert abs(found - math.log(25)) <= abs(coarse - math.log(25)) <= 0.05
    assert abs(found - math.log(25)) <= 1e-3


@pytest.mark.parametrize("nodes", [1, 4, 8, True])
def test_number_of_nodes_without_nested_rules_is_an_error(nodes: int) -> None:
    with pytest.raises(ig.SpecificationError, match="2\\^k - 1"):
        unit_rule(nodes)
