"""How much work an answer may take, and the paper's recipe with every number in it; standard library only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from infograd.answer import Access
from infograd.error import SpecificationError

Calibration: TypeAlias = Literal["none", "marginal", "both"]
CALIBRATIONS: tuple[Calibration, ...] = ("none", "marginal", "both")
Labels: TypeAlias = Literal["added noise", "last noise"]
LABELS: tuple[Labels, ...] = ("added noise", "last noise")
Decay: TypeAlias = Literal["constant", "cosine"]
DECAYS: tuple[Decay, ...] = ("constant", "cosine")


def _check_whole(noun: str, name: str, value: object, least: int) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or value < least:
        raise SpecificationError(f"{noun}'s {name} is {value!r}; write a whole number of at least {least}.")


@dataclass(frozen=True, slots=True)
class Budget:
    """Samples per replicate, and independent replicates, whose spread is the standard error.

    Raises: SpecificationError for fewer than 1 sample or 2 replicates.
    """

    samples: int
    replicates: int

    def __post_init__(self) -> None:
        _check_whole("A budget", "samples", self.samples, 1)
        _check_whole("A budget", "replicates", self.replicates, 2)


@dataclass(frozen=True, slots=True)
class PaperRecipe:
    """The paper's recipe: two networks trained by denoising score matching, then Stein calibration.

    The networks have `layers` hidden layers of `width` SiLU units and see fresh samples at each of `steps` steps of AdamW;
    `noise` is the variance added to the outputs as a fraction of their variance (the mean over the entries of a vector). With the labels
    "last noise" nothing is added: the score of the channel's own last noise is regressed on. The rate of a "cosine" decay falls from `rate` to 0.
    `calibration` says which scores are calibrated: the paper's VII-A calibrates the marginal one, VII-B and VII-C both.
    Source: arXiv:2601.01789, VII-A and eqs. (4), (83); width, noise, rate, batch and steps are not stated there.
    """

    layers: int = 3
    width: int = 128
    noise: float = 0.01
    rate: float = 1e-3
    batch: int = 512
    steps: int = 2000
    calibration: Calibration = "marginal"
    labels: Labels = "added noise"
    decay: Decay = "constant"

    def __post_init__(self) -> None:
        for name in ("layers", "width", "batch", "steps"):
            _check_whole("The paper's recipe", name, getattr(self, name), 1)
        for name in ("noise", "rate"):
            if not getattr(self, name) > 0:
                raise SpecificationError(f"The paper's recipe's {name} is {getattr(self, name)!r}; write a positive number.")
        for name, known in (("calibration", CALIBRATIONS), ("labels", LABELS), ("decay", DECAYS)):
            if getattr(self, name) not in known:
                raise SpecificationError(f"The paper's recipe's {name} is {getattr(self, name)!r}; it must be one of {', '.join(map(repr, known))}.")

    @property
    def access(self) -> Access:
        """The least that its labels need."""
        return Access.LAST_NOISE if self.labels == "last noise" else Access.PATHWISE


TUNED = PaperRecipe(labels="last noise", decay="cosine")
DEFAULT = Budget(samples=4096, replicates=32)
LIGHT = Budget(samples=2048, replicates=32)
MONTE_CARLO = Budget(samples=100, replicates=100)
