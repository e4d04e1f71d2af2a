"""The gradient of a channel that is known by its samples alone: somebody else's arrays, or somebody else's sampler.

Without a graph, h(U|W) is trusted to carry the gradient by U's own motion only where W stands still, which the samples show.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch

from infograd.answer import Access, Refusal, Reply
from infograd.error import SpecificationError
from infograd.learned.gradient import closed_form
from infograd.learned.gradient.decomposition import Decomposition, all_decompositions
from infograd.learned.gradient.reply import quantity, reply
from infograd.learned.samples.given import Sampler, from_arrays, from_sampler, moved_nodes
from infograd.learned.samples.views import Pathwise
from infograd.learned.threads import one_thread
from infograd.question import Names

METHOD = "implicit score matching, given samples"
LEAST_DISTINCT = 1 / 2


@dataclass(frozen=True, slots=True)
class Groups:
    """Whose information is asked for: I(A;B|C), `between` A and B and `given` C, nodes by name."""

    between: tuple[Names, Names]
    given: Names

    @property
    def names(self) -> Names:
        """All nodes that are asked for."""
        return (*self.between[0], *self.between[1], *self.given)


def _names(value: object, what: str) -> Names:
    names = (value,) if isinstance(value, str) else tuple(value) if isinstance(value, list | tuple) else ()
    if not all(isinstance(name, str) for name in names) or (not names and what != "given"):
        raise SpecificationError(f"{what} is {value!r}; name nodes, for example 'X' or ('X1', 'X2').")
    return names


def groups(between: object, given: object) -> Groups:
    """The groups of names, checked: two that are not empty, and no node in more than one.

    Raises: SpecificationError.
    """
    if not isinstance(between, list | tuple) or len(between) != 2:
        raise SpecificationError(f"between is {between!r}; name two nodes or two groups of nodes, for example ('X', 'Y').")
    found = Groups((_names(between[0], "the first of between"), _names(between[1], "the second of between")), _names(given, "given"))
    twice = next((name for name in found.names if found.names.count(name) > 1), None)
    if twice is not None:
        raise SpecificationError(f"{twice!r} stands in more than one of the groups of between and given; name every node once.")
    return found


def decomposition(view: Pathwise, asked: Groups) -> Decomposition:
    """The first sum of entropies whose conditions stand still; the last has none."""
    moving = set(moved_nodes(view, asked.names))
    for terms in all_decompositions(asked):
        if all(moving.isdisjoint(term.given) for term in terms):
            return terms
    raise AssertionError("the last sum is of entropies without conditions")


def _atoms(view: Pathwise, terms: Decomposition) -> str | None:
    for name in dict.fromkeys(name for term in terms for name in term.outputs):
        for column in view.samples[name].T:
            distinct = len(torch.unique(column))
            if distinct < LEAST_DISTINCT * view.rows:
                return f"{name!r} takes {distinct} values in {view.rows} samples; a score needs a density."
    return None


def answered(view: Pathwise, asked: Groups, wrt: Names) -> Reply:
    """The gradient of I(A;B|C) in nats from the view."""
    terms = decomposition(view, asked)
    reason = _atoms(view, terms)
    if reason is not None:
        return Refusal("learned", METHOD, reason)
    pseudo, bias = closed_form.estimate(view, terms, wrt, closed_form.BASIS)
    return reply(METHOD, Access.PATHWISE, {name: quantity(pseudo[name], bias[name]) for name in wrt}, {"samples": view.rows, "batches": view.replicates})


@one_thread()
def from_samples(samples: Mapping[str, Any], jacobians: Mapping[str, Mapping[str, Any]], between: object, given: object) -> Reply:
    """From arrays; see `infograd.learned.from_samples`."""
    asked = groups(between, given)
    return answered(from_arrays(samples, jacobians, asked.names), asked, tuple(jacobians))


@one_thread()
def from_black_box(sampler: Sampler, at: Mapping[str, Any], between: object, given: object, samples: int, seed: int) -> Reply:
    """From a sampler; see `infograd.learned.from_sampler`."""
    asked = groups(between, given)
    point = {name: torch.as_tensor(value, dtype=torch.float64) for name, value in at.items()}
    view = from_sampler(sampler, point, asked.names, samples, torch.Generator().manual_seed(seed))
    return answered(view, asked, tuple(point))
