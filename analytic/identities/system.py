"""A linear channel as the system V = A V + N, with the slopes of A and of the noises' covariance K in every parameter."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Generic

from infograd.analytic.affine import structural_equations
from infograd.analytic.identities.field import N
from infograd.analytic.identities.tangent import Tangent, TangentRing
from infograd.analytic.ring import Entry
from infograd.question import Question

Place = tuple[int, int]


@dataclass(frozen=True, slots=True)
class System(Generic[N]):
    """The nodes' entries in one vector in topological order: `gains[i]` holds row i of A, `noise` the entries of K, `places` where each node stands.

    `gain_slopes` and `noise_slopes` hold, for each parameter entry, the slopes of the entries of A and K that it moves.
    """

    places: Mapping[str, range]
    gains: tuple[Mapping[int, N], ...]
    noise: Mapping[Place, N]
    gain_slopes: Mapping[Entry, tuple[tuple[Place, N], ...]]
    noise_slopes: Mapping[Entry, tuple[tuple[Place, N], ...]]

    @property
    def size(self) -> int:
        """The number of entries."""
        return len(self.gains)

    def rows(self, names: Iterable[str]) -> list[int]:
        """Where the entries of those nodes stand."""
        return [place for name in names for place in self.places[name]]


def assembled(places: Mapping[str, range], gains: Mapping[Place, Tangent[Any]], noise: Mapping[Place, Tangent[Any]]) -> System[Any]:
    """The system with those entries of A and K."""
    size = sum(map(len, places.values()))
    rows: list[dict[int, Any]] = [{} for _ in range(size)]
    for (row, column), entry in gains.items():
        rows[row][column] = entry.value
    return System(places, tuple(rows), {place: entry.value for place, entry in noise.items()}, _by_parameter(gains), _by_parameter(noise))


def _by_parameter(entries: Mapping[Place, Tangent[Any]]) -> dict[Entry, tuple[tuple[Place, Any], ...]]:
    found: dict[Entry, list[tuple[Place, Any]]] = {}
    for place, entry in entries.items():
        for parameter, slope in entry.slopes.items():
            found.setdefault(parameter, []).append((place, slope))
    return {parameter: tuple(slopes) for parameter, slopes in found.items()}


def read_by_forms(ring: TangentRing, question: Question) -> System[Any]:
    """The system as the affine interpreter reads the maps.

    Raises: NoClosedFormError for a map that is not linear in random nodes, or a law other than Normal.
    """
    places: dict[str, range] = {}
    gains: dict[Place, Tangent[Any]] = {}
    noise: dict[Place, Tangent[Any]] = {}
    start = 0
    for equation in structural_equations(ring, question):
        places[equation.node] = range(start, start + len(equation.rows))
        for row, form in enumerate(equation.rows):
            gains |= {(start + row, places[name][position]): entry for (name, position), entry in form.coefficients.items()}
        noise |= {(start + row, start + column): entry for row, entries in enumerate(equation.covariance) for column, entry in enumerate(entries)}
        start += len(equation.rows)
    return assembled(places, gains, noise)
