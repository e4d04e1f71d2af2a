"""Claims in plain text: a table of many, or everything about one."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from importlib.util import find_spec
from itertools import groupby

from rich.table import Table

from infograd.claim import Claim, Evidence, Examination, Standing
from infograd.verify.command.terminal import diagnostics, output

_WIDTH = 100
_WORDS = {Standing.CONDITIONAL: "conditional", Standing.REFUTED: "refuted"}
_STYLES = {Standing.PROVED: "green", Standing.CONDITIONAL: "yellow", Standing.REFUTED: "red", Standing.MEASURED: "blue"}


def counts_text(claims: Sequence[Claim]) -> str:
    """How many claims there are, and how many have each standing."""
    counted = Counter(claim.standing for claim in claims)
    return f"{len(claims)} claims: {', '.join(f'{counted[standing]} {standing.value}' for standing in Standing if counted[standing])}."


def print_table(examinations: Sequence[Examination], *, examined: bool) -> None:
    """A line for each claim, section by section; where they were examined, how many of the checks hold."""
    console = output()
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("id", no_wrap=True)
    table.add_column("standing", no_wrap=True)
    if examined:
        table.add_column("checks", no_wrap=True)
    table.add_column("claim", overflow="fold")
    for section, group in groupby(examinations, key=lambda each: each.claim.section):
        table.add_row("", "", *([""] if examined else []), f"[{section}]", style="bold")
        for each in group:
            standing = each.claim.standing
            row = [each.claim.id, _WORDS.get(standing, standing.value), *([_held(each)] if examined else []), _readable(each.claim.title)]
            table.add_row(*row, style=_STYLES.get(standing) if each.as_stated or not examined else "bold red")
    console.print(table)
    console.print(counts_text([each.claim for each in examinations]), soft_wrap=True)


def _held(examination: Examination) -> str:
    if not examination.findings:
        return "none"
    held = sum(finding.holds for finding in examination.findings)
    return f"{held} of {len(examination.findings)} hold"


def print_claim(examination: Examination, *, examined: bool) -> None:
    """Everything about one claim; where it was examined, what each check found."""
    console, claim = output(), examination.claim
    width = min(console.width, _WIDTH)

    def say(text: str, indent: str = "    ", hang: str = "") -> None:
        console.print(textwrap.fill(text, width, initial_indent=indent, subsequent_indent=indent + hang, break_long_words=False, break_on_hyphens=False))

    console.print(f"{claim.id}  {_readable(claim.title)}", style="bold", soft_wrap=True)
    console.print(f"  {claim.section}: {claim.standing.value}", soft_wrap=True)
    for heading, latex in (("statement", claim.statement), ("what holds instead", claim.corrected)):
        if latex:
            say(heading, "  ")
            console.print(f"    {latex}", soft_wrap=True)
            if _can_read():
                say(_readable(f"${latex}$"))
    for heading, text in (("holds where", claim.condition), ("fails at", claim.counterexample)):
        if text:
            say(heading, "  ")
            say(_readable(text))
    if claim.evidence:
        say("evidence", "  ")
    found = {finding.evidence: finding for finding in examination.findings}
    for each in claim.evidence:
        say(f"{_source(each)}: {_readable(each.summary)}", hang="  ")
        if each in found:
            say(f"{'holds' if found[each].holds else 'DOES NOT HOLD'}: {_readable(found[each].detail)}", "      ")
    for command in dict.fromkeys(each.command for each in claim.evidence if each.command):
        say(f"derive it again with: {command}", "  ")
    if examined:
        say(_readable(examination.flip) or ("stands as stated" if examination.findings else "has no check to run"), "  ")
    console.print()


def _source(evidence: Evidence) -> str:
    return f"{evidence.role.value} ({', '.join(each for each in (evidence.room, evidence.method) if each)})"


def _readable(text: str) -> str:
    """The text with its formulas in line; as LaTeX where the package that reads it is not installed."""
    if "$" not in text or not _can_read():
        return text
    from infograd.reports.linear import prose_text

    return prose_text(text)


@lru_cache(maxsize=1)
def _can_read() -> bool:
    found = find_spec("latex2mathml") is not None
    if not found:
        diagnostics().print("Formulas are printed as LaTeX; to read them as text run: pip install 'infograd[report]'")
    return found
