"""The ledger in GitHub's Markdown, formulas as its mathematics."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import groupby

from infograd.claim import Examination, Standing

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~])")
_HEAD = """# The ledger

Every numbered equation and named statement of arXiv:2601.01789, with what holds, under which condition, by which evidence,
and the smallest counter-example where it does not. Written by `infograd claims --format markdown`; `infograd claims --check`
derives every proof and every refutation again.
"""


def markdown(examinations: Sequence[Examination], *, examined: bool) -> str:
    """The claims as one document, section by section."""
    counted = Counter(each.claim.standing for each in examinations)
    lines = [
        _HEAD,
        "| standing | claims |",
        "| --- | ---: |",
        *(f"| {standing.value} | {counted[standing]} |" for standing in Standing if counted[standing]),
        "",
    ]
    for section, group in groupby(examinations, key=lambda each: each.claim.section):
        lines += [f"## {_escaped(section)}", ""]
        for each in group:
            lines += _claim(each, examined=examined)
    return "\n".join(lines).rstrip() + "\n"


def _claim(examination: Examination, *, examined: bool) -> list[str]:
    claim = examination.claim
    lines = [f"### {claim.id}: {_escaped(claim.title)}", "", f"**{claim.standing.value}**", "", *_display(claim.statement)]
    if examined and not examination.as_stated:
        lines += [f"**Not as stated**: {_escaped(examination.flip)}", ""]
    for name, text in (("Holds where", claim.condition), ("Fails at", claim.counterexample)):
        if text:
            lines += [f"*{name}*: {_escaped(text)}", ""]
    if claim.corrected:
        lines += ["*What holds instead*:", "", *_display(claim.corrected)]
    found = {finding.evidence: finding for finding in examination.findings}
    for each in claim.evidence:
        source = ", ".join(part for part in (each.room, each.method) if part)
        verdict = f" **{'holds' if found[each].holds else 'does not hold'}**: {_escaped(found[each].detail)}" if each in found else ""
        lines.append(f"- {each.role.value} ({_escaped(source)}): {_escaped(each.summary)}{verdict}")
    commands = dict.fromkeys(each.command for each in claim.evidence if each.command)
    return [*lines, *([""] if claim.evidence else []), *([f"`{'`, `'.join(commands)}`", ""] if commands else [])]


def _display(latex: str) -> list[str]:
    return ["$$", latex, "$$", ""]


def _escaped(text: str) -> str:
    """The text with Markdown's signs escaped outside its formulas."""
    pieces = text.split("$")
    if len(pieces) % 2 == 0:
        return _SPECIAL.sub(r"\\\1", text).replace("$", r"\$")
    return "$".join(piece if position % 2 else _SPECIAL.sub(r"\\\1", piece) for position, piece in enumerate(pieces))
