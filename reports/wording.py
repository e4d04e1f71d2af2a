"""The sentences of a report: how statuses, tallies and expectations are said."""

from __future__ import annotations

from dataclasses import dataclass

from infograd.record import Run
from infograd.verdict import Comparison, Status, Verdict

_WORDS = {Status.AGREE: "agrees", Status.DISAGREE: "disagrees", Status.POWERLESS: "powerless", Status.UNANSWERED: "unanswered"}
_PLURALS = {Status.AGREE: "agree", Status.DISAGREE: "disagree", Status.POWERLESS: "are powerless", Status.UNANSWERED: "are unanswered"}
_SINGULARS = {**_WORDS, Status.POWERLESS: "is powerless", Status.UNANSWERED: "is unanswered"}


@dataclass(frozen=True, slots=True)
class Badge:
    """A status for the eye: `kind` chooses the mark and the colour, `word` says the same, `expected` whether it is the expected one."""

    kind: str
    word: str
    meaning: str
    expected: bool


@dataclass(frozen=True, slots=True)
class Tally:
    """How many questions have a status."""

    badge: Badge
    count: int


def badge(status: Status, *, expected: bool = True) -> Badge:
    """The badge of a status."""
    return Badge(status.name.lower(), _WORDS[status], status.value, expected)


def tallies(run: Run) -> tuple[Tally, ...]:
    """The number of questions with each status, in the order of the statuses."""
    statuses = [record.verdict.status for record in run.records]
    return tuple(Tally(badge(status), statuses.count(status)) for status in Status)


def headline(run: Run) -> str:
    """The verdicts of the run in one sentence, and where it examined claims their standing in another."""
    return " ".join(([_verdicts_said(run)] if run.records or not run.claims else []) + ([_claims_said(run)] if run.claims else []))


def _verdicts_said(run: Run) -> str:
    asked, unexpected = len(run.records), sum(not record.verdict.as_expected for record in run.records)
    if not asked:
        return "No question was asked."
    if not unexpected:
        return "Every verdict is as expected." if asked > 1 else "The verdict is as expected."
    return f"{unexpected} of {_counted(asked, 'verdict')} {'is' if unexpected == 1 else 'are'} not as expected."


def _claims_said(run: Run) -> str:
    flips = sum(not examination.as_stated for examination in run.claims)
    if not flips:
        return "Every claim stands as it is stated." if len(run.claims) > 1 else "The claim stands as it is stated."
    return f"{flips} of {_counted(len(run.claims), 'claim')} {'does' if flips == 1 else 'do'} not stand as stated."


def summary(run: Run) -> str:
    """The counts behind the headline, in words."""
    asked, kept = len(run.records), sum(record.verdict.as_expected for record in run.records)
    counts = ", ".join(f"{tally.count} {(_SINGULARS if tally.count == 1 else _PLURALS)[status]}" for status, tally in zip(Status, tallies(run), strict=True))
    comparisons = [comparison for record in run.records for comparison in record.verdict.comparisons]
    expected = sum(comparison.as_expected for comparison in comparisons)
    checks = sum(len(examination.findings) for examination in run.claims)
    examined = f" {_counted(len(run.claims), 'claim')} examined by {_counted(checks, 'check')}." if run.claims else ""
    return (
        f"{_counted(asked, 'question')} asked: {counts}; {kept} of {asked} as expected. "
        f"{_counted(len(comparisons), 'comparison')} made, {expected} of them with the expected status.{examined}"
    )


def expectation(comparison: Comparison) -> str:
    """What was expected of a comparison, where that is not plain agreement."""
    expected = comparison.expected
    if expected.status is Status.AGREE and not expected.claim:
        return ""
    claim = f": {expected.claim}" if expected.claim else ""
    return f"expected {_EXPECTED[expected.status]}{claim}"


def note(verdict: Verdict) -> str:
    """Whom disagreement points at, the judge's own sentence, and the claims behind expected disagreements."""
    blame = "" if not verdict.blame else f"Points at {verdict.blame[0]}." if len(verdict.blame) == 1 else f"Points at one of {', '.join(verdict.blame)}."
    expectations = (expectation(each) for each in verdict.comparisons if each.expected.status is not Status.AGREE)
    claims = dict.fromkeys(f"{each[0].upper()}{each[1:]}{'' if each.endswith('.') else '.'}" for each in expectations)
    return " ".join(part for part in (blame, verdict.note, *claims) if part)


_EXPECTED = {Status.AGREE: "to agree", Status.DISAGREE: "to disagree", Status.POWERLESS: "to be powerless", Status.UNANSWERED: "to be unanswered"}


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
