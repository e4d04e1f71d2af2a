"""Claims: the statements of a paper, what stands behind each, and what examining one found.

Texts may hold formulas between dollar signs; `statement` and `corrected` are LaTeX throughout.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

from infograd.error import SpecificationError

LEAST_ROOMS = 2
_ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


class Standing(Enum):
    """What is known of a statement; the value is the phrase that a reader sees."""

    PROVED = "proved"
    CONDITIONAL = "proved under a condition"
    REFUTED = "refuted as stated"
    HEURISTIC = "heuristic"
    MEASURED = "measured"
    DEFINITION = "definition"


class Role(Enum):
    """What a piece of evidence does to the statement; the value is the verb that a reader sees."""

    SUPPORTS = "supports"
    REFUTES = "refutes"
    CORRECTS = "supports the corrected statement"


@dataclass(frozen=True, slots=True)
class Evidence:
    """One reason for a claim's standing: by which `method` it was found, in which room, what it shows, and the command that finds it again.

    `room` is empty for a derivation, which is an argument in words and is not run.
    """

    role: Role
    method: str
    room: str
    summary: str
    command: str = ""


@dataclass(frozen=True, slots=True)
class Claim:
    """A statement of the paper with its standing.

    `id` is a kind of statement and its number, or the first and the last one: "eq-36", "eq-11-13", "remark-7". `condition`
    says in words where it holds, `counterexample` is the smallest case found where it does not, `corrected` is the statement
    that holds instead; each is empty where there is none.
    """

    id: str
    title: str
    section: str
    statement: str
    standing: Standing
    condition: str = ""
    evidence: tuple[Evidence, ...] = ()
    counterexample: str = ""
    corrected: str = ""

    def __post_init__(self) -> None:
        """Refuse an id that is none.

        Raises: SpecificationError.
        """
        if not _ID.fullmatch(self.id):
            raise SpecificationError(f"the claim's id is {self.id!r}; write small letters and numbers joined by hyphens, for example 'eq-36' or 'eq-11-13'.")


@dataclass(frozen=True, slots=True)
class Finding:
    """What running one piece of evidence found: whether it shows what it says, and the numbers."""

    evidence: Evidence
    holds: bool
    detail: str


@dataclass(frozen=True, slots=True)
class Examination:
    """A claim with the findings of all of its evidence that was run."""

    claim: Claim
    findings: tuple[Finding, ...] = ()

    @property
    def standing(self) -> Standing | None:
        """What the findings bear out; None where they are not of one mind, or too few for what the claim says of itself.

        One failure of what supports a statement refutes it. A statement that fails in none of the cases said to refute it is
        taken as proved. Otherwise the findings bear out the claim's own standing if all hold, and if there is a supporting
        one for a proof (and nothing against it, where it is without condition), and refuting ones from two rooms for a refutation.
        """
        held = {role: [finding.holds for finding in self.findings if finding.evidence.role is role] for role in Role}
        if not all(held[Role.SUPPORTS]):
            return Standing.REFUTED
        if held[Role.REFUTES] and not any(held[Role.REFUTES]):
            return Standing.PROVED
        rooms = {finding.evidence.room for finding in self.findings if finding.evidence.role is Role.REFUTES}
        enough = {
            Standing.PROVED: bool(held[Role.SUPPORTS]) and not held[Role.REFUTES],
            Standing.CONDITIONAL: bool(held[Role.SUPPORTS]),
            Standing.REFUTED: len(rooms) >= LEAST_ROOMS,
        }
        whole = all(finding.holds for finding in self.findings) and enough.get(self.claim.standing, True)
        return self.claim.standing if whole else None

    @property
    def as_stated(self) -> bool:
        """Whether the findings bear out the claim's standing."""
        return self.standing is self.claim.standing

    @property
    def flip(self) -> str:
        """The sentence that says both standings and what was found, of a claim that is not as stated; empty otherwise."""
        if self.as_stated:
            return ""
        found = "bear out no standing" if self.standing is None else f"say {self.standing.value!r}"
        failed = [f"{finding.evidence.summary.rstrip('.')}: {finding.detail}" for finding in self.findings if not finding.holds]
        reasons = "; ".join(failed) or "there are too few of them."
        return f"{self.claim.id} stands as {self.claim.standing.value!r}, but its findings {found}: {reasons}"
