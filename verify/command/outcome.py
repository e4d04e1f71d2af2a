"""Exit codes, and what a run that is not as expected says."""

from __future__ import annotations

from collections.abc import Iterable

from infograd.claim import Examination
from infograd.record import Record
from infograd.verdict import Comparison, Status, Verdict
from infograd.verify.command.terminal import diagnostics

HOLDS, DISAGREES, REFUSED, UNDECIDED = 0, 1, 2, 3
_UNDECIDED = (Status.POWERLESS, Status.UNANSWERED)


def surprises(verdict: Verdict) -> tuple[Comparison, ...]:
    """The comparisons whose status is not the expected one."""
    return tuple(comparison for comparison in verdict.comparisons if not comparison.as_expected)


def verdict_code(verdict: Verdict) -> int:
    """0 where everything is as expected, 1 where something disagrees or no longer disagrees as expected, 3 where nothing was decided."""
    if verdict.as_expected:
        return HOLDS
    return DISAGREES if any(comparison.status not in _UNDECIDED for comparison in surprises(verdict)) else UNDECIDED


def exit_code(verdicts: Iterable[Verdict]) -> int:
    """The code of several verdicts: a disagreement weighs more than an open question, and no verdicts at all are one."""
    codes = {verdict_code(verdict) for verdict in verdicts} or {UNDECIDED}
    return next(code for code in (DISAGREES, UNDECIDED, HOLDS) if code in codes)


def report_failures(records: Iterable[Record]) -> None:
    """Say on standard error which records are not as expected, and the command that repeats each."""
    console = diagnostics()
    for record in records:
        if verdict_code(record.verdict) != HOLDS:
            console.print(f"{record.name}: {record.verdict.status.value} {record.verdict.note}".rstrip())
            if record.command:
                console.print(f"  reproduce with: {record.command}")


def report_flips(examinations: Iterable[Examination]) -> int:
    """Say on standard error which claims do not stand as stated, and the command that repeats each; 1 if there is one, else 0."""
    console, code = diagnostics(), HOLDS
    for each in examinations:
        if not each.as_stated:
            code = DISAGREES
            console.print(each.flip)
            console.print(f"  reproduce with: infograd claims {each.claim.id} --check")
    return code
