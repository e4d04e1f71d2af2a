"""Enclosures of networks with several outputs: laws between informations, other theorems, a second rule at 25 digits, a second room, refusals."""

from __future__ import annotations

import json
from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flint import arb, ctx

import infograd as ig
from infograd import numeric
from infograd.numeric.certified import OutsideTheoremError, RadiusError, certify
from infograd.numeric.certified.balls import precision
from infograd.numeric.certified.enclosures import Certificate, Enclosure
from infograd.numeric.certified.graph import theorem as graph
from infograd.numeric.certified.graph.entropy import vector_entropy
from infograd.numeric.certified.graph.parts import plan_of
from infograd.numeric.certified.graph.terms import Network
from infograd.numeric.certified.two_hop import theorem as two_hop
from infograd.verify.cli import main
from infograd.verify.specification import dump

a, b, c, s1, s2, w = map(ig.Parameter, ("a", "b", "c", "s1", "s2", "w"))
X = ig.Source("X", ig.Normal(0, 1))
BROADCAST = (X, ig.Gate("Y1", ig.tanh(a * X), noise=ig.Normal(0, s1)), ig.Gate("Y2", ig.sin(b * X), noise=ig.Normal(0, s2)))
V = ig.Gate("V", ig.tanh(a * X), noise=ig.Normal(0, s1))
TRIANGLE = (X, V, ig.Gate("Y", ig.tanh(b * V) + ig.sin(c * X), noise=ig.Normal(0, s2)))
DEFAULTS: dict[str, int | str] = {"a": 1, "b": 2, "c": 1, "s1": "1/2", "s2": "1/4", "w": "1/3"}


def asked(nodes: Iterable[Any], left: Any, right: Any, given: Any = (), wrt: Any = None, order: Any = 1, **at: Any) -> ig.Question:
    bare = ig.Channel(*nodes)
    values = {**DEFAULTS, **at}
    channel = ig.Channel(*nodes, defaults={each.name: values[each.name] for each in bare.parameters})
    return ig.Question(channel, between=(left, right), given=given, wrt=wrt, order=order)


def enclosed(question: ig.Question, radius: Fraction = Fraction(1, 10**8)) -> Certificate:
    found = graph.enclose(question, radius)
    assert isinstance(found, Certificate), found
    assert found.radius <= radius
    return found


def pairs(left: Certificate, right: Certificate) -> list[tuple[Enclosure, Enclosure]]:
    return [(left.information, right.information), (left.entropy, right.entropy), *((left.gradient[name], right.gradient[name]) for name in left.gradient)]


def near(value: Fraction, *parts: tuple[int, Enclosure]) -> bool:
    """Whether a sum of signed enclosures may be that value."""
    return abs(sum((sign * each.mid for sign, each in parts), Fraction(0)) - value) <= sum(each.rad for _, each in parts)


def two_looks(maps: int, gain: Any, *variances: Any) -> list[Any]:
    """Y_k = tanh(gain X) + N(0, v_k): the weighted mean of the outputs tells all, and its noise has the variance 1 / sum 1/v_k."""
    return [X, *(ig.Gate(f"Y{k}", ig.tanh(gain * X), noise=ig.Normal(0, variances[k])) for k in range(maps))]


@pytest.mark.parametrize(("looks", "digits"), [(2, 25), (3, 6)])
def test_several_looks_at_one_signal_are_one_look_at_their_mean(looks: int, digits: int) -> None:
    """A joint density of two and three outputs against the theorem of one output: I and both derivatives."""
    radius = Fraction(1, 10**digits)
    names = tuple(f"Y{k}" for k in range(looks))
    found = enclosed(asked(two_looks(looks, a, s1, s2, 1), "X", names, wrt=("a", "s1"), s1=1, s2=2), radius)
    mean = (X, ig.Gate("Y", ig.tanh(a * X), noise=ig.Normal(0, 1 / (1 / s1 + 1 / s2 + (looks - 2)))))
    alone = certify(asked(mean, "X", "Y", wrt=("a", "s1"), s1=1, s2=2), radius=radius)
    assert alone.information.overlaps(found.information)
    assert all(alone.gradient[name].overlaps(found.gradient[name]) for name in ("a", "s1"))


def test_linear_looks_at_points_combine_by_their_signal_to_noise_ratios() -> None:
    source = ig.Source("X", ig.Points((-1, 1)))
    outputs = [ig.Gate("Y1", a * source, noise=ig.Normal(0, s1)), ig.Gate("Y2", b * source, noise=ig.Normal(0, s2))]
    radius = Fraction(1, 10**20)
    found = enclosed(asked((source, *outputs), "X", ("Y1", "Y2"), wrt=("a", "s2")), radius)
    combined = ig.Gate("Y", ig.sqrt(a**2 / s1 + b**2 / s2) * source, noise=ig.Normal(0, 1))
    alone = certify(asked((source, combined), "X", "Y", wrt=("a", "s2")), radius=radius)
    assert alone.information.overlaps(found.information)
    assert all(alone.gradient[name].overlaps(found.gradient[name]) for name in ("a", "s2"))


def gauss_legendre(low: int, high: int, panels: int, degree: int) -> list[tuple[arb, arb]]:
    """Places and weights of the composite rule."""
    rule = [arb.legendre_p_root(degree, k, weight=True) for k in range(degree)]
    half = arb(high - low) / (2 * panels)
    return [(low + half * (2 * panel + 1 + place), half * weight) for panel in range(panels) for place, weight in rule]


def test_a_second_rule_gives_the_same_25_digits() -> None:
    """I(X; Y1, Y2) for three atoms and two different maps by Gauss-Legendre panels in the plane; |T| <= 3/2, so that beyond 14 less than 10^-33 is left."""
    source = ig.Source("X", ig.Points((-1, "1/2", 2), ("1/4", "1/4", "1/2")))
    outputs = [ig.Gate("Y1", ig.tanh(a * source), noise=ig.Normal(0, 1)), ig.Gate("Y2", ig.sin(b * source) + source / 4, noise=ig.Normal(0, 1))]
    found = enclosed(asked((source, *outputs), "X", ("Y1", "Y2"), wrt=()), Fraction(1, 10**26))
    with ctx.workprec(130):
        atoms = [arb(-1), arb(1) / 2, arb(2)]
        shares = [arb(1) / 4, arb(1) / 4, arb(1) / 2]
        rule = gauss_legendre(-14, 14, 9, 26)

        def bell(y: arb, place: arb) -> arb:
            return (-((y - place) ** 2) / 2).exp() / (2 * arb.pi()).sqrt()

        first = [[share * bell(y, x.tanh()) for x, share in zip(atoms, shares, strict=True)] for y, _ in rule]
        second = [[bell(y, (2 * x).sin() + x / 4) for x in atoms] for y, _ in rule]
        entropy = arb(0)
        for (_, weight), left in zip(rule, first, strict=True):
            row = arb(0)
            for (_, other), right in zip(rule, second, strict=True):
                density = left[0] * right[0] + left[1] * right[1] + left[2] * right[2]
                row += other * density * density.log()
            entropy -= weight * row
        value = entropy - (2 * arb.pi() * arb(1).exp()).log()
        mid, exponent = value.mid().man_exp()
    assert abs(Fraction(int(mid)) * Fraction(2) ** int(exponent) - found.information.mid) <= Fraction(1, 10**25)


def test_informations_obey_the_chain_rule_between_the_theorems() -> None:
    """I(X;Y1,Y2) = I(X;Y1) + I(X;Y2|Y1), the middle one by the theorem of one stage."""
    whole, rest = enclosed(asked(BROADCAST, "X", ("Y1", "Y2"))), enclosed(asked(BROADCAST, "X", "Y2", "Y1"))
    first = certify(asked(BROADCAST[:2], "X", "Y1"), radius=Fraction(1, 10**8))
    assert near(Fraction(0), (1, whole.information), (-1, rest.information), (-1, first.information))
    for name in ("a", "s1"):
        assert near(Fraction(0), (1, whole.gradient[name]), (-1, rest.gradient[name]), (-1, first.gradient[name]))


def test_a_cascade_agrees_with_the_theorem_of_two_hops() -> None:
    """The density of the output by pairs of nodes, and by the density of the relay; then what only this theorem gives, I(X;V|Y) = I(X;V) - I(X;Y)."""
    nodes = (X, V, ig.Gate("Y", ig.tanh(b * V), noise=ig.Normal(0, s2)))
    question = asked(nodes, "X", "Y", wrt=("a", "b", "s1"))
    found, known = enclosed(question), two_hop.enclose(question, Fraction(1, 10**8))
    assert isinstance(known, Certificate)
    assert all(left.overlaps(right) for left, right in pairs(found, known))
    given, first = enclosed(asked(nodes, "X", "V", "Y", wrt="a")), certify(asked(nodes[:2], "X", "V", wrt="a"), radius=Fraction(1, 10**8))
    assert near(Fraction(0), (1, given.information), (-1, first.information), (1, found.information))
    assert near(Fraction(0), (1, given.gradient["a"]), (-1, first.gradient["a"]), (1, found.gradient["a"]))


def test_the_vector_sum_of_one_output_has_the_digits_of_multiple_access() -> None:
    """h of tanh(X1) + tanh(2 X2) + N(0, 1/10) by the sums of this theorem: 1.1832360285156351816 + log(2 pi e)/2 in units of the noise."""
    other = ig.Source("X2", ig.Normal(0, 1))
    gate = ig.Gate("Y", ig.tanh(a * X) + ig.tanh(b * other), noise=ig.Normal(0, s1))
    question = asked((X, other, gate), ("X", "X2"), "Y", wrt=("a", "b"), s1="1/10")
    with precision(130):
        network = Network(question)
        (part,) = plan_of(question, network).entropy
        nodes = graph.nodes_of(network, part, ("a", "b"), 45.0)
        found = vector_entropy(nodes, ("a", "b"), 36.0)
        whole = found.value - (2 * arb.pi() * arb(1).exp()).log() / 2
        for value, digits in ((whole, "1.1832360285156351816"), (found.slopes["a"], ".136163055905626471"), (found.slopes["b"], ".055263611630371529")):
            assert value.rad() < 1e-12
            assert abs(value - arb(digits)) < 1e-12


def test_a_relay_with_a_direct_link_tells_more_than_without_it_and_less_than_with_the_relay_seen() -> None:
    channel: dict[str, Any] = {"a": 1, "b": 2, "s1": "1/2", "s2": "1/4"}
    plain, linked = (enclosed(asked(TRIANGLE, "X", "Y", wrt=(), c=gain, **channel)) for gain in (0, 1))
    seen = enclosed(asked(TRIANGLE, "X", ("V", "Y"), wrt=(), **channel))
    assert plain.information.low > 0
    assert plain.information.high < linked.information.low
    assert linked.information.high < seen.information.low


def test_an_observed_relay_may_enter_by_any_map_and_parameter() -> None:
    """I(X;V,Y) does not depend on the map of the observed V, also not where it jumps or grows."""
    grown = (X, V, ig.Gate("Y", ig.sign(V - b) * V**3 + ig.sin(c * X), noise=ig.Normal(0, s2)))
    found, known = (enclosed(asked(nodes, "X", ("V", "Y"))) for nodes in (grown, TRIANGLE))
    assert found.information == known.information
    assert found.gradient["b"] == Enclosure(Fraction(0), Fraction(0))


@pytest.mark.parametrize(
    ("nodes", "left", "right", "given"),
    [(BROADCAST, "X", ("Y1", "Y2"), ()), (BROADCAST, "Y1", "Y2", ()), (TRIANGLE, "X", "Y", ()), (TRIANGLE, "X", "V", "Y"), (TRIANGLE, "V", "Y", "X")],
)
def test_the_room_by_quadrature_agrees_within_its_estimated_error(nodes: tuple[Any, ...], left: Any, right: Any, given: Any) -> None:
    question = asked(nodes, left, right, given)
    found, reply = enclosed(question, Fraction(1, 10**9)), numeric.answer(question, error=1e-8)
    assert isinstance(reply, ig.Answer), reply
    for enclosure, quantity in [(found.information, reply.value), *((found.gradient[name], reply.gradient[name]) for name in question.wrt)]:
        assert quantity is not None
        assert isinstance(quantity.value, float)
        assert isinstance(quantity.doubt.estimated, float)
        assert abs(float(enclosure.mid) - quantity.value) <= float(enclosure.rad) + quantity.doubt.estimated + 2.0**-50


@pytest.mark.parametrize("law", [ig.Mixture((w, 1 - w), (ig.Normal(c, "1/2"), ig.Normal(1, s2))), ig.Points((-1, c, 2), (w, "1/4", Fraction(3, 4) - w))])
def test_gradients_in_every_parameter_are_the_slopes_of_enclosed_values(law: ig.Law) -> None:
    """Weights, places and deviations of a law move too: (I(t + d) - I(t - d)) / 2d - I'(t) is d^2/6 times a third derivative, which the gradients' second
    difference gives to better than a factor 2."""
    source = ig.Source("X", law)
    nodes = (source, ig.Gate("Y1", ig.tanh(a * source), noise=ig.Normal(0, s1)), ig.Gate("Y2", ig.sin(b * source), noise=ig.Normal(0, 1)))
    question = asked(nodes, "X", ("Y1", "Y2"), a=1, b=1, c="1/5", s1=1)
    step, radius = Fraction(1, 10**3), Fraction(1, 10**9)
    middle = enclosed(question, radius)
    for name in question.wrt:
        at = Fraction(question.at[name])
        high, low = (enclosed(question.at_point(**{name: at + side * step}), radius) for side in (1, -1))
        slope = (high.information.mid - low.information.mid) / (2 * step)
        bend = abs(high.gradient[name].mid - 2 * middle.gradient[name].mid + low.gradient[name].mid)
        assert abs(slope - middle.gradient[name].mid) <= radius + radius / step + 2 * (bend + 4 * radius) / 6, name


@pytest.mark.parametrize("law", [ig.Mixture((w, 1 - w), (ig.Normal(-1, "1/2"), ig.Normal(1, 1))), ig.Points((-1, "1/2", 2), (w, "1/4", Fraction(3, 4) - w))])
def test_weights_move_the_mean_over_a_given_source_too(law: ig.Law) -> None:
    """I(X;Y) behind a relay with a direct link, in the weights: as above."""
    source = ig.Source("X", law)
    relay = ig.Gate("V", ig.tanh(source), noise=ig.Normal(0, 1))
    question = asked((source, relay, ig.Gate("Y", ig.sin(a * relay) + ig.tanh(source), noise=ig.Normal(0, 1))), "X", "Y", wrt=("a", "w"))
    step, radius = Fraction(1, 10**3), Fraction(1, 10**8)
    middle, high, low = (enclosed(question.at_point(w=Fraction(1, 3) + side * step), radius) for side in (0, 1, -1))
    slope = (high.information.mid - low.information.mid) / (2 * step)
    bend = abs(high.gradient["w"].mid - 2 * middle.gradient["w"].mid + low.gradient["w"].mid)
    assert abs(slope - middle.gradient["w"].mid) <= radius + radius / step + 2 * (bend + 4 * radius) / 6


def refusal(question: ig.Question) -> str:
    found = graph.enclose(question, Fraction(1, 10**6))
    assert isinstance(found, ig.Refusal), found
    return found.reason


def test_what_breaks_a_hypothesis_is_refused_with_its_name() -> None:
    def gate(expression: Any, noise: Any = None) -> ig.Gate:
        return ig.Gate("Y", expression, noise=noise or ig.Normal(0, s2))

    assert "unbounded in 'X'" in refusal(asked((X, V, gate(b * V + X)), "X", ("V", "Y")))
    assert "Laplace" in refusal(asked((X, V, gate(ig.tanh(b * V), ig.Laplace(0, s2))), "X", ("V", "Y")))
    assert "the log of a node" in refusal(asked((X, V, gate(ig.log(V) + ig.sin(X))), "X", ("V", "Y")))
    assert "relu" in refusal(asked((X, V, gate(ig.relu(X))), "V", "Y"))
    assert "V, X together" in refusal(asked((X, V, gate(ig.tanh(V * X))), "V", "Y"))
    uniform = ig.Source("X", ig.Uniform(-1, 1))
    assert "Uniform" in refusal(asked((uniform, *BROADCAST[1:]), "X", ("Y1", "Y2")))
    third = ig.Gate("U", ig.tanh(V), noise=ig.Normal(0, 1))
    assert "hidden gate 'U' uses the hidden gate 'V'" in refusal(asked((X, V, third, ig.Gate("Y", ig.tanh(third), noise=ig.Normal(0, 1))), "X", "Y"))
    assert "adds no noise" in refusal(asked((X, ig.Gate("D", ig.tanh(X)), V), "D", "V"))
    assert "order 1" in refusal(asked(BROADCAST, "X", ("Y1", "Y2"), order=2))
    weights = ig.Source("X", ig.Points((-1, 1), (w, ig.Parameter("c"))))
    assert "do not keep their sum 1" in refusal(asked((weights, *BROADCAST[1:]), "X", ("Y1", "Y2"), w="1/3", c="2/3"))


def test_a_radius_out_of_reach_raises_with_the_best_enclosure_or_says_the_cost() -> None:
    question = asked(BROADCAST, "X", ("Y1", "Y2"), wrt=())
    with pytest.raises(RadiusError, match="would be summed at") as unmet:
        graph.enclose(question, Fraction(1, 10**200))
    assert 0 < unmet.value.best.radius < Fraction(1, 10**6)
    assert "would be summed at" in refusal(asked(BROADCAST, "X", ("Y1", "Y2"), wrt=(), s1="1/100000", s2="1/100000"))


def test_a_radius_that_is_not_positive_is_an_error() -> None:
    with pytest.raises(ig.SpecificationError, match="positive number of nats"):
        graph.enclose(asked(BROADCAST, "X", ("Y1", "Y2")), Fraction(0))


def test_the_public_calls_reach_the_theorem(tmp_path: Path) -> None:
    """`certify`, the room's verb and the command line."""
    question = asked(BROADCAST, "Y1", "Y2", wrt="a")
    radius = Fraction(1, 10**7)
    found = certify(question, radius=radius)
    assert found.radius <= radius
    reply = numeric.answer(question, method="certified", error=1e-7)
    assert isinstance(reply, ig.Answer)
    path = tmp_path / "broadcast.toml"
    path.write_text(dump(question, "broadcast"))
    outcome = CliRunner().invoke(main, ["oracle", str(path), "--radius", "1e-7", "--format", "json"])
    assert outcome.exit_code == 0, outcome.output
    told = json.loads(outcome.stdout)
    assert told["rigor"] == "proven"
    assert Fraction(told["enclosure"]["mid"]) == found.information.mid
    assert Fraction(told["gradient_enclosure"]["a"]["rad"]) <= radius
    with pytest.raises(OutsideTheoremError, match="a network: gate 'Y2' adds Laplace noise"):
        certify(asked((*BROADCAST[:2], ig.Gate("Y2", ig.sin(b * X), noise=ig.Laplace(0, s2))), "X", ("Y1", "Y2")))


def test_what_the_graph_separates_tells_nothing_exactly() -> None:
    """Two relays of one source: their outputs are independent once it is given; and sources are independent."""
    other = ig.Gate("W", ig.sin(b * X), noise=ig.Normal(0, 1))
    outputs = [ig.Gate(f"Y{k}", ig.tanh(relay), noise=ig.Normal(0, 1)) for k, relay in enumerate((V, other))]
    found = enclosed(asked((X, V, other, *outputs), "Y0", "Y1", "X"))
    assert found.information == Enclosure(Fraction(0), Fraction(0))
    assert found.gradient["a"] == Enclosure(Fraction(0), Fraction(0))
    assert "hidden behind Y0, Y1" in refusal(asked((X, V, other, *outputs), "Y0", "Y1"))
