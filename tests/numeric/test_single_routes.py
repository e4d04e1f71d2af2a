"""Three routes to the derivative of a channel of one stage agree within their doubts, and refuse where they do not apply."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

import infograd as ig
from infograd.numeric.single import grid, jet, routes, terms

theta, s = ig.Parameter("theta"), ig.Parameter("s")
Route = Callable[[ig.Question], ig.Answer | ig.Refusal]


def stage(map: Callable[[ig.Source], object], law: ig.Law, noise: ig.Law) -> ig.Question:
    x = ig.Source("X", law)
    return ig.Question(ig.Channel(x, ig.Gate("Y", map(x), noise=noise)), ("X", "Y"), at={"theta": "6/5", "s": "1/5"})


ANALYTIC = {
    "tanh": stage(lambda x: ig.tanh(theta * x), ig.Normal(0, 1), ig.Normal(0, s)),
    "sin": stage(lambda x: ig.sin(theta * x + s), ig.Normal(theta, s), ig.Normal(0, s)),
    "sigmoid": stage(lambda x: 3 * ig.sigmoid(theta * x), ig.Normal(0, 1), ig.Normal(s, s)),
    "erf": stage(lambda x: ig.erf(theta * x) / s, ig.Points((-1, 0, 2)), ig.Normal(0, 1)),
    "softplus": stage(lambda x: ig.softplus(theta * x), ig.Mixture(ig.stack(s, 1 - s), (ig.Normal(-1, 1), ig.Normal(theta, 1))), ig.Normal(0, s)),
}


def slope(reply: ig.Answer | ig.Refusal, name: str) -> tuple[float, float]:
    assert isinstance(reply, ig.Answer), reply
    found = reply.gradient[name]
    assert isinstance(found.value, float)
    assert isinstance(found.doubt.estimated, float)
    return found.value, found.doubt.estimated


@pytest.mark.parametrize("name", ANALYTIC)
@pytest.mark.parametrize("other", [routes.complex_step, routes.finite_difference], ids=["complex step", "finite difference"])
def test_the_routes_agree_within_their_doubts(name: str, other: Route) -> None:
    exact, compared = routes.differentiated(ANALYTIC[name]), other(ANALYTIC[name])
    for parameter in ("theta", "s"):
        (value, doubt), (reference, left) = slope(exact, parameter), slope(compared, parameter)
        assert abs(value - reference) <= doubt + left
        assert doubt <= 1e-12 * max(1.0, abs(value))
        assert left <= 1e-9 * max(1.0, abs(reference))


def test_a_wrong_derivative_of_a_map_is_seen_by_both_other_routes(monkeypatch: pytest.MonkeyPatch) -> None:
    honest = jet._sech_squared
    monkeypatch.setattr(jet, "_sech_squared", lambda x: honest(x) * (1 + 1e-8))
    wrong, doubt = slope(routes.differentiated(ANALYTIC["tanh"]), "theta")
    for route in (routes.complex_step, routes.finite_difference):
        value, left = slope(route(ANALYTIC["tanh"]), "theta")
        assert abs(wrong - value) > doubt + left


def test_a_wrong_variance_given_the_output_is_seen_by_the_complex_step(monkeypatch: pytest.MonkeyPatch) -> None:
    def wider(found: Any, layout: terms.Layout) -> Any:
        made = terms.entropy_terms(found, layout)
        made[:, -1] *= 1 + 1e-8
        return made

    monkeypatch.setattr(grid, "entropy_terms", wider)
    wrong, doubt = slope(routes.differentiated(ANALYTIC["tanh"]), "s")
    value, left = slope(routes.complex_step(ANALYTIC["tanh"]), "s")
    assert abs(wrong - value) > doubt + left


def test_a_rule_without_the_believed_change_is_caught_by_an_accident_of_sign() -> None:
    """Changes 1e-3 and then 1e-13 leave d^4 = 1e-12 at best, and by the rule d^2."""
    assert routes.left_over(1.0, 1.0 + 1e-13, 1.001, 1.0) >= 0.99e-6


def test_the_complex_step_refuses_maps_without_a_complex_continuation() -> None:
    reply = routes.complex_step(stage(lambda x: ig.relu(theta * x), ig.Normal(0, 1), ig.Normal(0, s)))
    assert isinstance(reply, ig.Refusal)
    assert "analytic" in reply.reason


def test_the_finite_difference_refuses_at_a_corner() -> None:
    x = ig.Source("X", ig.Points((-1, 1)))
    reply = routes.finite_difference(ig.Question(ig.Channel(x, ig.Gate("Y", theta * x, noise=ig.Uniform(-1, 1))), ("X", "Y"), at={"theta": 1}))
    assert isinstance(reply, ig.Refusal)
    assert "corner" in reply.reason
