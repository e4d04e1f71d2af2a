"""Which reference values there are, and by which routes each is made: the first route gives the value, the others confirm it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from fractions import Fraction
from functools import lru_cache

from infograd.catalogue import CATALOGUE
from infograd.error import SpecificationError
from infograd.expression import Parameter
from infograd.law import Normal, Points
from infograd.question import Question
from infograd.verify.references import channels, routes
from infograd.verify.references.channels import A1, A2, FIFTH, HALF, QUARTER, S1, S2, TENTH, A, B
from infograd.verify.references.routes import NETWORK, STAGE, Route

PROVED = "a proven enclosure"
UNPROVED = "quadrature over both outputs with an estimated error; no theorem of this package covers it"
ALONE = 1e-10
GAINS: tuple[Fraction, ...] = (HALF, Fraction(1), Fraction(2), Fraction(4))


@dataclass(frozen=True, slots=True)
class Plan:
    """A reference value to be made: its question, its routes in order, and in words what the first one does."""

    name: str
    family: str
    question: Question
    routes: tuple[Route, ...]
    made: str


def _text(number: Fraction) -> str:
    return f"{float(number):g}"


def _relay() -> Iterator[Plan]:
    for theta in GAINS:
        base = CATALOGUE["relay"].question.at_point(theta=theta)
        hop = Question(base.channel, ("X", "V"), wrt=("theta", "s1"), at=base.at)
        yield Plan(
            f"relay-xy-theta{_text(theta)}",
            "relay",
            base,
            (
                routes.certified(base, NETWORK),
                routes.quadrature(base),
                routes.scores(base),
                routes.fisher_integral(base),
                routes.path_integral(base, {"theta": 0}),
            ),
            f"{PROVED} of two hops",
        )
        yield Plan(
            f"relay-xv-theta{_text(theta)}",
            "relay",
            hop,
            (routes.certified(hop, STAGE), routes.quadrature(hop), routes.scores(hop), routes.mmse_integral(hop)),
            f"{PROVED} of one stage",
        )


TANH: tuple[tuple[Fraction, Fraction], ...] = (
    *((theta, noise) for noise in (Fraction(1), TENTH) for theta in GAINS),
    (Fraction(5), QUARTER),
    (Fraction(20), TENTH),
    (Fraction(1), Fraction(1, 100)),
    (Fraction(3), Fraction(1, 100)),
    (Fraction(20), Fraction(1, 100)),
)


def _tanh() -> Iterator[Plan]:
    for theta, noise in TANH:
        question = CATALOGUE["tanh"].question.at_point(theta=theta, s2=noise)
        found = (routes.certified(question, STAGE), routes.quadrature(question), routes.scores(question), routes.mmse_integral(question))
        yield Plan(f"tanh-theta{_text(theta)}-noise{_text(noise)}", "tanh", question, found, f"{PROVED} of one stage")


def _levels() -> Iterator[Plan]:
    for gain in GAINS:
        question = CATALOGUE["bpsk"].question.at_point(a=gain)
        found = (routes.certified(question, STAGE), routes.alternating_series(question), routes.quadrature(question), routes.scores(question))
        yield Plan(f"bpsk-a{_text(gain)}", "bpsk", question, found, f"{PROVED} of one stage")
    for gain in (QUARTER, HALF, Fraction(1)):
        question = channels.four_levels().at_point(a=gain)
        found = (routes.certified(question, STAGE), routes.quadrature(question), routes.scores(question), routes.mmse_integral(question))
        yield Plan(f"pam4-a{_text(gain)}", "pam4", question, found, f"{PROVED} of one stage")


TWO_USERS: dict[str, tuple[tuple[str, ...], str, tuple[str, ...]]] = {
    "x1": (("X1",), "", ("a1", "a2", "s2")),
    "x2": (("X2",), "", ("a1", "a2", "s2")),
    "x1-given-x2": (("X1",), "X2", ("a1", "s2")),
    "x2-given-x1": (("X2",), "X1", ("a2", "s2")),
    "x1x2": (("X1", "X2"), "", ("a1", "a2", "s2")),
}


def _two_users() -> Iterator[Plan]:
    for gains in ((1, 1), (1, 2)):
        channel = channels.users(Normal(0, 1), True, {"a1": gains[0], "a2": gains[1], "s2": TENTH})
        for label in TWO_USERS if gains[0] != gains[1] else ("x1", "x1-given-x2", "x1x2"):
            users, given, wrt = TWO_USERS[label]
            question = Question(channel, (users, "Y"), given or (), wrt)
            found = (routes.certified(question, NETWORK), routes.quadrature(question), routes.scores(question))
            yield Plan(f"mac-tanh-{gains[0]}-{gains[1]}-{label}", "mac-tanh", question, found, f"{PROVED} of two users: a difference of two entropies of Y")


def _two_antipodal_users() -> Iterator[Plan]:
    at: dict[str, object] = {"a1": 1, "a2": HALF, "s2": QUARTER}
    channel = channels.users(Points((-1, 1)), False, at)
    both, first, second = channels.antipodal_sum(at), channels.antipodal_term(A1, at), channels.antipodal_term(A2, at)
    parts = {
        "x1": (((1, both), (-1, second)), "I(S;Y) less I(X2;Y|X1), S = a1 X1 + a2 X2"),
        "x2": (((1, both), (-1, first)), "I(S;Y) less I(X1;Y|X2), S = a1 X1 + a2 X2"),
        "x1-given-x2": (((1, first),), "given X2 the channel is that of one antipodal input"),
        "x2-given-x1": (((1, second),), "given X1 the channel is that of one antipodal input"),
        "x1x2": (((1, both),), "I(S;Y) of S = a1 X1 + a2 X2, which takes four values"),
    }
    for label, (users, given, wrt) in TWO_USERS.items():
        question = Question(channel, (users, "Y"), given or (), wrt)
        terms, why = parts[label]
        found = (routes.certified(question, STAGE, terms), routes.quadrature(question), routes.scores(question))
        yield Plan(f"mac-bpsk-{label}", "mac-bpsk", question, found, f"{PROVED} of one stage: {why}")


def _receiver(channel_at: dict[str, object], second: Parameter | None, sides: tuple[str | tuple[str, ...], str], wrt: Sequence[str]) -> Question:
    return Question(channels.receivers(second, channel_at), ("X", sides[0]), sides[1] or (), wrt)


def _degraded() -> Iterator[Plan]:
    for gain in (1, 2):
        at: dict[str, object] = {"a": gain, "s1": TENTH, "s2": FIFTH}
        near, far = channels.one_stage(A, S1, at), channels.one_stage(A, S1 + S2, at)
        first, second = _receiver(at, None, ("Y1", ""), ("a", "s1")), _receiver(at, None, ("Y2", ""), ("a", "s1", "s2"))
        rest = _receiver(at, None, ("Y1", "Y2"), ("a", "s1", "s2"))
        name = f"broadcast-degraded-{gain}"
        yield Plan(
            f"{name}-y1",
            "broadcast-degraded",
            first,
            (routes.certified(first, STAGE), routes.quadrature(first), routes.scores(first), routes.mmse_integral(first)),
            f"{PROVED} of one stage",
        )
        yield Plan(
            f"{name}-y2",
            "broadcast-degraded",
            second,
            (routes.certified(second, STAGE, ((1, far),)), routes.quadrature(second), routes.scores(second), routes.fisher_integral(second)),
            f"{PROVED} of one stage: Y2 is tanh(a X) in noise of variance s1 + s2",
        )
        yield Plan(
            f"{name}-y1-given-y2",
            "broadcast-degraded",
            rest,
            (routes.certified(rest, STAGE, ((1, near), (-1, far))), routes.quadrature(rest), routes.scores(rest, ((1, first), (-1, second)))),
            f"{PROVED} of one stage twice: X to Y1 to Y2 is a Markov chain, so I(X;Y1|Y2) = I(X;Y1) - I(X;Y2)",
        )


def _both_receivers() -> Iterator[Plan]:
    at: dict[str, object] = {"a": 1, "s1": TENTH, "s2": FIFTH}
    singles = {"1": channels.one_stage(A, S1, at), "2": channels.one_stage(A, S2, at)}
    pooled = channels.one_stage(A, S1 * S2 / (S1 + S2), at)
    every = ("a", "s1", "s2")
    joint = _receiver(at, A, (("Y1", "Y2"), ""), every)
    why = "given X both outputs together tell as much as their weighted mean, tanh(a X) in noise of variance s1 s2/(s1 + s2)"
    for label in singles:
        question = _receiver(at, A, (f"Y{label}", ""), ("a", f"s{label}"))
        found: tuple[Route, ...] = (routes.certified(question, STAGE), routes.quadrature(question), routes.scores(question), routes.mmse_integral(question))
        yield Plan(f"broadcast-equal-y{label}", "broadcast-equal", question, found, f"{PROVED} of one stage")
    yield Plan(
        "broadcast-equal-y1y2",
        "broadcast-equal",
        joint,
        (routes.certified(joint, STAGE, ((1, pooled),)), routes.quadrature(joint), routes.scores(joint)),
        f"{PROVED} of one stage: {why}",
    )
    for label, other in (("1", "2"), ("2", "1")):
        question, known = _receiver(at, A, (f"Y{label}", f"Y{other}"), every), _receiver(at, A, (f"Y{other}", ""), ("a", f"s{other}"))
        found = (
            routes.certified(question, STAGE, ((1, pooled), (-1, singles[other]))),
            routes.quadrature(question),
            routes.scores(question, ((1, joint), (-1, known))),
        )
        yield Plan(f"broadcast-equal-y{label}-given-y{other}", "broadcast-equal", question, found, f"{PROVED} of one stage twice, by the chain rule: {why}")


def _unequal() -> Iterator[Plan]:
    at: dict[str, object] = {"a": 2, "b": 1, "s1": TENTH, "s2": FIFTH}
    every, family = ("a", "b", "s1", "s2"), "broadcast-unequal"
    joint = _receiver(at, B, (("Y1", "Y2"), ""), every)
    single = {"1": _receiver(at, B, ("Y1", ""), ("a", "s1")), "2": _receiver(at, B, ("Y2", ""), ("b", "s2"))}
    rest = {label: _receiver(at, B, (f"Y{label}", f"Y{other}"), every) for label, other in (("1", "2"), ("2", "1"))}
    for label, question in single.items():
        found: tuple[Route, ...] = (routes.certified(question, STAGE), routes.quadrature(question), routes.scores(question), routes.mmse_integral(question))
        yield Plan(f"{family}-y{label}", family, question, found, f"{PROVED} of one stage")
    together = (routes.quadrature(joint), routes.scores(joint), routes.path_on_top(rest["1"], {"a": 0}, single["2"], ALONE))
    yield Plan(f"{family}-y1y2", family, joint, together, UNPROVED)
    for label, gain in (("1", "a"), ("2", "b")):
        other = "2" if label == "1" else "1"
        found = (
            routes.quadrature(rest[label]),
            routes.scores(rest[label], ((1, joint), (-1, single[other]))),
            routes.path_integral(rest[label], {gain: 0}, ALONE),
        )
        yield Plan(f"{family}-y{label}-given-y{other}", family, rest[label], found, UNPROVED)


FAMILIES: dict[str, str] = {
    "relay": "Two hops: V = tanh(theta X) + N1, Y = tanh(2 V) + N2.",
    "tanh": "One stage: Y = tanh(theta X) + Z.",
    "bpsk": "Two levels: Y = a X + Z, X uniform on -1 and 1.",
    "pam4": "Four levels: Y = a X + Z, X uniform on -3, -1, 1 and 3.",
    "mac-tanh": "Two users: Y = tanh(a1 X1) + tanh(a2 X2) + Z.",
    "mac-bpsk": "Two antipodal users: Y = a1 X1 + a2 X2 + Z, X1 and X2 uniform on -1 and 1.",
    "broadcast-degraded": "Two receivers, one behind the other: Y1 = tanh(a X) + N1, Y2 = Y1 + N2.",
    "broadcast-equal": "Two receivers of one signal: Y1 = tanh(a X) + N1, Y2 = tanh(a X) + N2.",
    "broadcast-unequal": "Two receivers of two signals: Y1 = tanh(a X) + N1, Y2 = tanh(b X) + N2.",
}


@lru_cache(maxsize=1)
def plans() -> dict[str, Plan]:
    """Every plan by name, family by family."""
    found = [*_relay(), *_tanh(), *_levels(), *_two_users(), *_two_antipodal_users(), *_degraded(), *_both_receivers(), *_unequal()]
    return {plan.name: plan for plan in found}


def plan_of(name: str) -> Plan:
    """The plan of that name.

    Raises: SpecificationError where there is none.
    """
    found = plans().get(name)
    if found is None:
        near = get_close_matches(name, plans(), n=3) or list(FAMILIES)
        raise SpecificationError(f"there is no reference {name!r}; near it are {', '.join(near)}.")
    return found
