"""The branches of the source and the parts of the noise at a point."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from infograd.numeric.single.cells import Cells, cut
from infograd.numeric.single.evaluation import Evaluation
from infograd.numeric.single.jet import Jet
from infograd.numeric.single.plan import Branch, Part
from infograd.numeric.single.standard import Standard, standard


@dataclass(frozen=True, slots=True)
class Noise:
    """A part of the noise at a point."""

    law: Standard
    weight: Jet
    location: Jet
    scale: Jet
    freedom: Jet | None


@dataclass(frozen=True, slots=True)
class Input:
    """A branch of the source at a point: its cells and law, or neither for a point of mass."""

    branch: Branch
    weight: Jet
    law: Standard | None
    cells: Cells | None
    freedom: Jet | None


def _standard(evaluation: Evaluation, kind: Any, freedom: int | None) -> Standard:
    return standard(kind, None if freedom is None else float(evaluation.fixed[freedom].value))


def noises(evaluation: Evaluation, parts: tuple[Part, ...]) -> list[Noise]:
    """The parts of the noise at the point."""
    known = evaluation.fixed
    return [
        Noise(
            _standard(evaluation, part.kind, part.freedom),
            known[part.weight],
            known[part.location],
            known[part.scale],
            None if part.freedom is None else known[part.freedom],
        )
        for part in parts
    ]


def inputs(evaluation: Evaluation, fineness: float) -> list[Input]:
    """The branches of the source at the point, cut into cells."""
    found = []
    scale = min(float(evaluation.fixed[part.scale].value) for part in evaluation.plan.parts)
    for branch in evaluation.plan.branches:
        law = None if branch.kind is None else _standard(evaluation, branch.kind, branch.freedom)
        cells = None if law is None else cut(evaluation, branch, law, fineness, scale)
        freedom = None if branch.freedom is None else evaluation.fixed[branch.freedom]
        found.append(Input(branch, evaluation.fixed[branch.weight], law, cells, freedom))
    return found
