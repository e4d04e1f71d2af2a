"""A receiver of one bit, B = sign(V) with V = f(A; theta) + N: the output has two atoms, and the information is a difference of binary entropies.

I(A;B) = H(E q) - E H(q), q(a) = P(V > 0 | A = a), H(q) = -q log q - (1-q) log(1-q). The path through the sign has the
derivative 0 almost everywhere, so no form with scores sees how q moves.
"""

from __future__ import annotations

import numpy as np
from scipy import special

from infograd.expression import Apply, Reference
from infograd.numeric.interpreter import Floats
from infograd.numeric.limit import LimitError
from infograd.numeric.refinement import EPS
from infograd.numeric.stage.chain import Chain
from infograd.numeric.stage.stage import Stage, endpoint_rule


def check_one_bit(chain: Chain) -> None:
    """Raise LimitError where the chain does not end in the sign of its noisy gate."""
    last = chain.receiver[-1]
    seen = last.map
    if len(chain.receiver) > 1 or not (isinstance(seen, Apply) and seen.operation == "sign" and seen.arguments == (Reference(chain.output.name),)):
        raise LimitError(f"node {last.name!r} is deterministic and is not the sign of {chain.output.name!r}; its information is not taken here")


def _inputs(stage: Stage, step: float) -> tuple[Floats, Floats]:
    """Locations of V and weights over the inputs, on stretches between the places where P(V > 0 | a) is not smooth."""
    if stage.input is None:
        return stage.places, stage.weights
    cuts = np.array(sorted({stage.noise.low, *stage.noise.breaks, stage.noise.high}))
    locations, weights = [], []
    for piece in stage.pieces:
        ends = np.unique([piece.table[0], *stage.inverse(piece, -stage.scale * cuts), piece.table[-1]])
        nodes, lengths = endpoint_rule(ends, step)
        locations.append(stage.locations(stage.middle + stage.spread * nodes))
        weights.append(lengths * stage.input.density(nodes))
    return np.concatenate(locations), np.concatenate(weights)


def _binary_entropy(share: Floats, rest: Floats) -> Floats:
    return np.asarray(-special.xlogy(share, share) - special.xlogy(rest, rest), dtype=np.float64)


def one_bit_information(stage: Stage, step: float) -> tuple[float, float, int]:
    """I(A;B) in nats at one resolution, its rounding error, and the number of cells."""
    locations, weights = _inputs(stage, step)
    below = stage.noise.distribution(-locations / stage.scale)
    above = 1 - below
    share, rest = np.asarray(weights @ above), np.asarray(weights @ below)
    whole, parts = float(_binary_entropy(share, rest)), float(weights @ _binary_entropy(above, below))
    return whole - parts, 16 * EPS * (1 + whole + parts), locations.size
