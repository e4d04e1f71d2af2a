"""The stored thirty-digit values of one-stage channels, each by two routes of high precision, against the room; and questions drawn afresh."""

from __future__ import annotations

import json
import random
import statistics
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, localcontext
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from flint import arb, ctx

import infograd as ig
from infograd import numeric
from infograd.channel import laws_within, node_law
from infograd.expression import Apply, subexpressions
from infograd.law import LAWS
from infograd.verify.specification import loads
from tests.numeric.corpus import decision, generate, route_one
from tests.numeric.corpus.arithmetic import ball
from tests.numeric.corpus.questions import MAPS, NOISES, POINTS, stage

FILE = Path(__file__).resolve().parents[2] / "verify" / "references" / "one_stage.json"
ERRORS = (1e-12, 1e-10, 1e-8)
ROUNDING = 4 * 2.0**-52
COUNTED = (102, 14, 0)
FAMILIES = ("add", "tanh", "sin", "power", "softplus", "exp", "relu", "abs", "clip", "sign", "sigmoid")
Record = dict[str, Any]


def unit(value: Decimal) -> Decimal:
    """One in the last digit that is written."""
    return Decimal(1).scaleb(int(value.as_tuple().exponent))


@dataclass(frozen=True, slots=True)
class Found:
    """A number of the room, what it states as its error, and the reference with what its two routes differ by."""

    name: str
    quantity: str
    value: Decimal
    stated: Decimal
    reference: Decimal
    agreement: Decimal

    @property
    def gap(self) -> Decimal:
        """The distance to the reference."""
        return abs(self.value - self.reference)

    @property
    def allowed(self) -> Decimal:
        """The stated error, and what the reference does not know: the gap of its routes and half a unit of its last digit."""
        return self.stated + self.agreement + unit(self.reference) / 2


@cache
def records() -> tuple[Record, ...]:
    """The stored records."""
    return tuple(json.loads(FILE.read_text()))


@cache
def questions() -> dict[str, ig.Question]:
    """The stored questions by name."""
    return {record["name"]: loads(record["question"]).question for record in records()}


@cache
def answered(name: str) -> tuple[float, ig.Answer] | None:
    """What the room answers, with the least of ERRORS at which it does, or None."""
    for error in ERRORS:
        reply = numeric.answer(questions()[name], error=error)
        if isinstance(reply, ig.Answer):
            return error, reply
    return None


@cache
def compared(name: str) -> tuple[Found, ...]:
    """The stored numbers of a question beside the room's, none where it refuses."""
    reply = answered(name)
    found = []
    with localcontext() as context:
        context.prec = 80
        for record in records() if reply is not None else ():
            if record["name"] != name:
                continue
            assert reply is not None
            given = reply[1].value if record["quantity"] == "information" else reply[1].gradient[record["quantity"]]
            assert given is not None
            assert isinstance(given.value, float)
            assert isinstance(given.doubt.estimated, float)
            value, stated = Decimal(given.value), Decimal(given.doubt.estimated)
            found.append(Found(name, record["quantity"], value, stated, Decimal(record["value"]), Decimal(record["agreement"])))
    return tuple(found)


def every() -> Iterator[Found]:
    """All numbers compared."""
    for name in questions():
        yield from compared(name)


def test_the_corpus_holds_three_hundred_numbers_of_thirty_digits() -> None:
    """Each value has thirty significant digits, or thirty decimals below 1, and two routes that agree to them."""
    assert len(records()) >= 300
    assert len({(record["name"], record["quantity"]) for record in records()}) == len(records())
    for record in records():
        digits = record["value"].lstrip("-").replace(".", "").lstrip("0")
        decimals = len(record["value"].partition(".")[2])
        assert decimals == 30 if abs(Decimal(record["value"])) < 1 else len(digits) == 30
        assert Decimal(record["agreement"]) <= Decimal("5e-31") * max(Decimal(1), abs(Decimal(record["value"])))
        assert len(set(record["routes"])) == 2


def test_every_law_is_a_source_and_a_noise_and_every_family_of_maps_is_there() -> None:
    """Points are the noise of the receiver of one bit: elsewhere they carry infinitely much."""
    sources: set[str] = set()
    noises: set[str] = set()
    operations: set[str] = set()
    for question in questions().values():
        for node in question.channel.nodes:
            law = node_law(node)
            kinds = {type(each).__name__ for each in laws_within(law)} if law is not None else set()
            (sources if isinstance(node, ig.Source) else noises).update(kinds)
            if isinstance(node, ig.Gate):
                operations |= {part.operation for part in subexpressions(node.map) if isinstance(part, Apply)}
    assert sources == noises == set(LAWS)
    assert set(FAMILIES) <= operations
    gains = [float(question.at["theta"]) for question in questions().values() if "theta" in question.at]
    assert min(gains) < 0.05
    assert max(gains) > 45


@pytest.mark.parametrize("name", questions())
def test_the_error_stated_covers_the_reference(name: str) -> None:
    """|value - reference| <= stated error, compared exactly."""
    with localcontext() as context:
        context.prec = 80
        assert not [(each.quantity, float(each.gap), float(each.stated)) for each in compared(name) if not each.gap <= each.allowed]


def test_the_error_stated_is_not_wide() -> None:
    """The median of stated over true error, where the true one is above rounding, stays under 1,000."""
    ratios = [float(each.stated / each.gap) for each in every() if each.gap > Decimal(ROUNDING) * max(Decimal(1), abs(each.reference))]
    assert len(ratios) >= 20
    assert statistics.median(ratios) < 1000


def test_the_room_answers_all_but_a_counted_few() -> None:
    """Most at 1e-12; the others at a larger error, and what is refused at 1e-8 too."""
    replies = [answered(name) for name in questions()]
    reached = [reply[0] for reply in replies if reply is not None]
    assert (reached.count(1e-12), len(reached) - reached.count(1e-12), len(replies) - len(reached)) == COUNTED


def drawn() -> Iterator[tuple[str, ig.Question]]:
    """Three questions with gain and noise drawn afresh: a discrete source, a receiver of one bit, and a source with a density."""
    generator = random.SystemRandom()
    maps = ["linear", "tanh", "relu", "clip", "abs", "softplus", "composition"]
    for kind in ("discrete", "decided", "continuous"):
        noise = generator.choice(["normal", "mixture"] if kind == "continuous" else [*NOISES])
        source = ig.Normal(0, 1) if kind == "continuous" else POINTS[generator.choice(list(POINTS))] if kind == "discrete" else ig.Laplace(0, "1/2")
        map = generator.choice(maps[:4] if kind == "continuous" else maps)
        size = generator.randint(100, 999)
        at = {"theta": Fraction(generator.randint(10, 400), 100), "s": Fraction(size, 1000)}
        yield f"{kind} {source} {map} {noise} {at}", stage(source, MAPS[map], NOISES[noise][0], at, decided=kind == "decided")


def test_theta_drawn_afresh_is_judged_by_one_route() -> None:
    """The first route at 36 digits and 1e-22, so far below what the room states that its own error does not count."""
    for name, question in drawn():
        reply = numeric.answer(question)
        assert isinstance(reply, ig.Answer), (name, reply)
        with ctx.workdps(36):
            route = decision.first if name.startswith("decided") else route_one.information
            truth = [float(number.mid()) for number in route(question, 1e-22)]
        given = [reply.value, *(reply.gradient[key] for key in sorted(question.at))]
        for quantity, reference in zip(given, truth, strict=True):
            assert quantity is not None
            assert isinstance(quantity.value, float)
            assert isinstance(quantity.doubt.estimated, float)
            assert abs(quantity.value - reference) <= quantity.doubt.estimated + ROUNDING / 4 * abs(reference) + 1e-18, name


def test_records_drawn_afresh_come_out_again() -> None:
    """Three stored questions with a discrete source or a receiver of one bit, by the first route, to a unit of the last digit."""
    cheap = [name for name in questions() if name.startswith(("decision", "moving", *POINTS))]
    for name in random.SystemRandom().sample(cheap, 3):
        question = questions()[name]
        with ctx.workdps(generate.PRECISIONS[0]):
            again = dict(zip(["information", *sorted(question.at)], generate.numbers(question, 0), strict=True))
            for record in records():
                if record["name"] == name:
                    gap = abs(again[record["quantity"]].mid() - arb(record["value"]))
                    assert gap <= arb(str(unit(Decimal(record["value"])))), (name, record["quantity"])


def test_the_first_route_lies_in_the_certified_enclosure() -> None:
    """tanh at gain 1 and noise variance 1/10: both the enclosure and the route know eighteen decimals."""
    question = stage(ig.Normal(0, 1), MAPS["tanh"], NOISES["normal"][0], {"theta": Fraction(1), "s": Fraction(1, 10)})
    proved = numeric.answer(question, error=1e-18, method="certified")
    assert isinstance(proved, ig.Answer)
    with ctx.workdps(36):
        for quantity, number in zip(
            [proved.value, *(proved.gradient[key] for key in sorted(question.at))], route_one.information(question, 1e-22), strict=True
        ):
            assert quantity is not None
            assert isinstance(quantity.value, Fraction)
            assert isinstance(quantity.doubt.proved, Fraction)
            assert abs(number.mid() - ball(quantity.value)) <= ball(quantity.doubt.proved) + 1e-18


@pytest.mark.parametrize(("name", "fault"), [("value", "1e-11"), ("error", "0.01")])
def test_a_planted_fault_is_seen(name: str, fault: str) -> None:
    """A value moved by ten times the error asked for, or a stated error a hundred times too small, is not covered everywhere."""
    with localcontext() as context:
        context.prec = 80
        moved = [
            each.gap + Decimal(fault) > each.allowed if name == "value" else each.gap > each.stated * Decimal(fault) + each.allowed - each.stated
            for each in every()
        ]
    assert any(moved)
