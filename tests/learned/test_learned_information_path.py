"""Path integrals of gradients: of exact ones, of learned ones, and of fields that are none."""

from __future__ import annotations

import math
from typing import Any

import pytest
from scipy import stats

import infograd as ig
from infograd import learned
from infograd.learned.information.path import loop_residual, path_integral

CASCADE = ig.CATALOGUE["cascade"].question
SQUARE = [{"a": 1, "b": 1}, {"a": 2, "b": 1}, {"a": 2, "b": 2}, {"a": 1, "b": 2}]


def information(a: float, b: float) -> float:
    """Eq. (33) with unit variances."""
    return math.log1p(a**2 * b**2 / (b**2 + 1)) / 2


def exact(question: ig.Question, sign: int) -> ig.Reply:
    """The cascade's gradient with unit variances, the sign of its part in b as told."""
    a, b = float(question.at["a"]), float(question.at["b"])
    output = a**2 * b**2 + b**2 + 1
    gradient = {"a": ig.Quantity(a * b**2 / output), "b": ig.Quantity(sign * a**2 * b / (output * (b**2 + 1)))}
    return ig.Answer("learned", "exact", ig.Access.MODEL, None, ig.FrozenMapping({name: gradient[name] for name in question.wrt}))


def number(quantity: ig.Quantity | None) -> tuple[float, float]:
    """A scalar's value and its doubt at a two-sided level of 1e-4."""
    assert quantity is not None
    value: Any = quantity.value
    doubt: Any = quantity.doubt
    return float(value), doubt.estimated + stats.t.isf(5e-5, doubt.dof) * doubt.stderr


def test_exact_gradients_integrate_to_the_closed_form_within_the_difference_of_two_orders() -> None:
    errors = []
    for nodes in (3, 7, 15):
        reply = path_integral(CASCADE.at_point(a=2, b=3), {"a": 0, "b": 1}, nodes=nodes, gradient=lambda question, seed: exact(question, 1))
        assert isinstance(reply, ig.Answer)
        value, doubt = number(reply.value)
        assert abs(value - information(2, 3)) <= doubt
        errors.append(abs(value - information(2, 3)))
    assert errors[2] <= 1e-7 < errors[0]


def test_known_value_at_the_start_is_carried_with_its_doubt() -> None:
    known = ig.Quantity(information(1, 1), ig.Doubt(estimated=0.25))
    reply = path_integral(CASCADE.at_point(a=2), {"a": 1}, known, nodes=15, gradient=lambda question, seed: exact(question, 1))
    assert isinstance(reply, ig.Answer)
    value, doubt = number(reply.value)
    assert abs(value - information(2, 1)) <= 1e-9
    assert 0.25 <= doubt <= 0.2501


def test_loop_residual_vanishes_for_a_gradient_and_convicts_a_field_with_a_flipped_sign() -> None:
    for sign, curl in ((1, 0.0), (-1, 2 * (information(1, 1) - information(2, 1) + information(2, 2) - information(1, 2)))):
        reply = loop_residual(CASCADE, SQUARE, nodes=15, gradient=lambda question, seed, sign=sign: exact(question, sign))  # type: ignore[misc]  # a default in a lambda
        assert isinstance(reply, ig.Answer)
        value, doubt = number(reply.value)
        assert abs(abs(value) - abs(curl)) <= 1e-9
        assert doubt <= 1e-3 < max(abs(curl), 2e-3)


def test_learned_gradients_integrate_to_the_closed_form_and_around_a_loop_to_nothing() -> None:
    small = learned.Budget(512, 8)

    def gradient(question: ig.Question, seed: int) -> ig.Reply:
        return learned.answer(question, budget=small, seed=seed)

    path = path_integral(CASCADE.at_point(a=2), {"a": 0}, gradient=gradient)
    loop = loop_residual(CASCADE, SQUARE, nodes=3, gradient=gradient)
    for reply, truth in ((path, information(2, 1)), (loop, 0.0)):
        assert isinstance(reply, ig.Answer)
        assert reply.access is ig.Access.PATHWISE
        value, doubt = number(reply.value)
        assert abs(value - truth) <= doubt <= 0.25


def test_refused_gradient_refuses_the_path_and_says_where() -> None:
    reply = path_integral(CASCADE, {"a": 0}, gradient=lambda question, seed: ig.Refusal("learned", "none", "because."))
    assert isinstance(reply, ig.Refusal)
    assert "of the way along the path, none: because." in reply.reason


def test_paths_that_go_nowhere_and_starts_without_a_finite_value_are_errors() -> None:
    with pytest.raises(ig.SpecificationError, match="move at least one parameter"):
        path_integral(CASCADE, {"a": 1})
    with pytest.raises(ig.SpecificationError, match="move at least one parameter"):
        path_integral(CASCADE, {"gain": 1})
    with pytest.raises(ig.SpecificationError, match="is a finite number"):
        path_integral(CASCADE, {"a": 0}, ig.Quantity(ig.Infinite("no noise")))
    with pytest.raises(ig.SpecificationError, match="at least 3"):
        loop_residual(CASCADE, SQUARE[:2])
    with pytest.raises(ig.SpecificationError, match="the same point"):
        loop_residual(CASCADE, [SQUARE[0], SQUARE[0], SQUARE[1]])
