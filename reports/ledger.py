"""The examined claims of a run as a chapter of the report."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

from infograd.claim import Evidence, Examination, Finding, Standing
from infograd.record import Run
from infograd.reports.plaintext import printable
from infograd.reports.prose import Prose, prose
from infograd.reports.section import Mathematics
from infograd.reports.wording import Badge, Tally

_MEANINGS = {
    Standing.PROVED: "The statement holds as it stands.",
    Standing.CONDITIONAL: "The statement holds under the condition given.",
    Standing.REFUTED: "The statement fails at the counter-example, in two rooms.",
    Standing.HEURISTIC: "Advice that no proof decides.",
    Standing.MEASURED: "A figure found by running, not by proof.",
    Standing.DEFINITION: "Names something; there is nothing to prove.",
}


@dataclass(frozen=True, slots=True)
class Reason:
    """A piece of evidence, and what running it found; `kind` is the badge's kind for it, empty where it was not run."""

    role: str
    source: str
    summary: Prose
    kind: str
    found: str
    detail: Prose


@dataclass(frozen=True, slots=True)
class Claimed:
    """One claim; `flip` says that it does not stand as stated, and why."""

    anchor: str
    id: str
    title: Prose
    badge: Badge
    flip: Prose
    statement: Mathematics
    condition: Prose
    counterexample: Prose
    corrected: Mathematics | None
    reasons: tuple[Reason, ...]
    command: str


@dataclass(frozen=True, slots=True)
class Part:
    """The claims of one section of the paper."""

    title: str
    claims: tuple[Claimed, ...]


@dataclass(frozen=True, slots=True)
class Chapter:
    """All claims, and how many have each standing."""

    tallies: tuple[Tally, ...]
    parts: tuple[Part, ...]


def chapter(run: Run) -> Chapter | None:
    """The chapter of a run; None of one that examined no claim."""
    if not run.claims:
        return None
    standings = [examination.claim.standing for examination in run.claims]
    return Chapter(
        tallies=tuple(Tally(standing_badge(standing), standings.count(standing)) for standing in Standing if standing in standings),
        parts=tuple(Part(printable(title), tuple(map(_claimed, group))) for title, group in groupby(run.claims, key=lambda each: each.claim.section)),
    )


def standing_badge(standing: Standing, *, expected: bool = True) -> Badge:
    """The badge of a standing."""
    return Badge(standing.name.lower(), standing.value, _MEANINGS[standing], expected)


def _claimed(examination: Examination) -> Claimed:
    claim = examination.claim
    found = {finding.evidence: finding for finding in examination.findings}
    commands = dict.fromkeys(evidence.command for evidence in claim.evidence if evidence.command)
    return Claimed(
        anchor=f"claim-{claim.id}",
        id=claim.id,
        title=prose(claim.title),
        badge=standing_badge(claim.standing, expected=examination.as_stated),
        flip=prose(examination.flip),
        statement=Mathematics(claim.statement),
        condition=prose(claim.condition),
        counterexample=prose(claim.counterexample),
        corrected=Mathematics(claim.corrected) if claim.corrected else None,
        reasons=tuple(_reason(evidence, found.get(evidence)) for evidence in claim.evidence),
        command=printable("; ".join(commands)),
    )


def _reason(evidence: Evidence, finding: Finding | None) -> Reason:
    kind, found = ("", "") if finding is None else ("agree", "holds") if finding.holds else ("disagree", "does not hold")
    source = ", ".join(each for each in (evidence.room, evidence.method) if each)
    return Reason(evidence.role.value, printable(source), prose(evidence.summary), kind, found, prose(finding.detail if finding else ""))
