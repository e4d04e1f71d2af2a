"""Checks on the broadcast channel (eq. (61)); each loads its rooms when it runs."""

from __future__ import annotations

from fractions import Fraction

from infograd.channel import Channel
from infograd.graph import d_separated
from infograd.question import Question
from infograd.verify.claims.entry import Outcome
from infograd.verify.claims.networks.channels import degraded_broadcast, gaussian_access, separate_broadcast, shown
from infograd.verify.claims.outcome import every
from infograd.verify.claims.reading import Number, below, information, same


def receivers_share_nothing(channel: Channel) -> bool:
    """Whether no part of the input reaches both receivers."""
    return d_separated(channel, {"Y1"}, {"Y2"})


def separate_pair_is_a_rate_pair() -> Outcome:
    """Two parts of the input, one for each receiver: the informations add up to the joint one, which bounds what both receivers together decode."""
    from infograd import analytic

    channel, inputs = separate_broadcast(), ("X1", "X2")
    first, second, both = (analytic.answer(Question(channel, between=(inputs, side))) for side in ("Y1", "Y2", ("Y1", "Y2")))
    own = [analytic.answer(Question(channel, between=pair)) for pair in (("X1", "Y1"), ("X2", "Y2"))]
    return every(
        same("I(X;Y1) + I(X;Y2) and I(X;Y1,Y2)", information(first) + information(second), information(both)),
        same("I(X;Y1) and I(X1;Y1)", information(first), information(own[0])),
        same("I(X;Y2) and I(X2;Y2)", information(second), information(own[1])),
    )


def common_input_pair_is_outside() -> Outcome:
    """(I(X;Y1), I(X;Y2)) needs more power than P for all noises; the separating inequality at P = N1 = N2 = 1."""
    from infograd.analytic.network import Broadcast, HalfLog, Position, common_input_excess, is_positive

    certificate = Broadcast((1, 1), 1, 1).contains((HalfLog(2), HalfLog(2)))
    return every(
        shown("the least power of the pair exceeds P by P + P^2/n for all P and n", is_positive(common_input_excess())),
        Outcome(
            certificate.position is Position.OUTSIDE and certificate.check(),
            f"w.R = {float(certificate.value):.6f} against {float(certificate.support):.6f} in the region, w = ({', '.join(map(str, certificate.weights))})",
        ),
    )


def common_input_pair_by_quadrature() -> Outcome:
    """I(X;Y1) + I(X;Y2) against I(X;Y1,Y2), which bounds the private rates of even cooperating receivers, and against I(X;Y1)."""
    from infograd import numeric

    channel = degraded_broadcast()
    first, second, both = (information(numeric.answer(Question(channel, between=("X", side)))) for side in ("Y1", "Y2", ("Y1", "Y2")))
    return every(
        below("I(X;Y1,Y2) and the pair's sum", both, first + second),
        below("what the stronger receiver decodes, I(X;Y1), and the pair's sum", first, first + second),
    )


def superposition() -> Outcome:
    """P = 2, N1 = 1, N2 = 4: the rates of all shares are on the boundary; the MAC with the same gains has the same region."""
    from infograd.analytic.network import Broadcast, HalfLog, Position, SumPowerMultipleAccess, broadcast_rates, to_multiple_access

    broadcast, access = Broadcast((1, Fraction(1, 4)), 1, 2), SumPowerMultipleAccess((1, Fraction(1, 4)), 1, 2)
    found = []
    for step in range(9):
        strong, weak = Fraction(step, 4), 2 - Fraction(step, 4)
        rates = broadcast_rates((1, "1/4"), 1, (strong, weak), (0, 1))
        found.append(rates == (HalfLog(1 + strong), HalfLog(1 + weak / (strong + 4))))
        found += [region.contains(rates).position is Position.BOUNDARY and region.contains(rates).check() for region in (broadcast, access)]
        powers = to_multiple_access((1, "1/4"), 1, (strong, weak), (0, 1))
        found.append(sum(powers) == 2 and access.split(powers).corner((0, 1)) == rates)
    return shown("9 shares: superposition rates on the boundary of the broadcast region and of the dual MAC, by transformed powers", all(found))


def superposition_by_quadrature() -> Outcome:
    """P = 2 split into 1 and 1, N1 = 1, N2 = 4: the weak user's layer against the strong one's as noise."""
    from infograd import numeric
    from infograd.analytic.network import broadcast_rates

    strong, weak = broadcast_rates((1, "1/4"), 1, (1, 1), (0, 1))
    channel = gaussian_access()
    own = Question(channel, between=("X1", "Y"), given="X2", at={"P1": 1, "P2": 1, "s2": 1})
    behind = Question(channel, between=("X2", "Y"), at={"P1": 1, "P2": 1, "s2": 4})
    return every(
        same("the strong user", information(numeric.answer(own)), Number(float(strong), 0.0)),
        same("the weak user", information(numeric.answer(behind)), Number(float(weak), 0.0)),
    )
