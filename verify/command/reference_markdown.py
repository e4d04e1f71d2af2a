"""Reference values in GitHub's Markdown: a part for each family, a table for each question."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from infograd.verify.command.reference_text import doubt_text, point_text, routes_text
from infograd.verify.command.wording import question_text
from infograd.verify.references.corpus import FAMILY, FILE, Corpus
from infograd.verify.references.decimals import decimal_text
from infograd.verify.references.plans import FAMILIES
from infograd.verify.references.reference import Reference

_HEAD = """# Reference values

Information and its gradient, in nats, for testing an estimator in any language: each number with its doubt and the gap to it of every
other route that was taken. A doubt is proved by a theorem (docs/proof.md, docs/proof-two-hop.md) or estimated; digits stand as far as the
doubt lets them. Written by `infograd references --format markdown`; `infograd references --check` takes every route again and compares,
`infograd references --format json` prints the same with each channel as a specification that `infograd oracle` reads from a file.

"""

ONE_STAGE = f"""Channels of one stage with all laws and maps, to thirty digits, each number by two routes of high precision that share no rule: in
verify/references/{FILE}, and by `infograd references {FAMILY} --format json`."""


def markdown(references: Sequence[Reference], one_stage: Corpus) -> str:
    """The references as one document."""
    lines = []
    for family, group in groupby(references, key=lambda each: each.family):
        lines += [f"## {family}", "", FAMILIES[family], ""]
        for each in group:
            lines += _reference(each)
    if one_stage.asked:
        lines += [f"## {FAMILY}", "", ONE_STAGE, ""]
    return _HEAD + "\n".join(lines).rstrip() + "\n"


def _reference(reference: Reference) -> list[str]:
    head = ["| quantity | value | doubt | confirmed by (gap) |", "| --- | --- | --- | --- |"]
    rows = [f"| {number.quantity} | `{decimal_text(number.value)}` | {doubt_text(number)} | {routes_text(number)} |" for number in reference.numbers]
    question = question_text(reference.question).replace("|", "\\|")
    return [f"### {reference.name}", "", f"{question} at {point_text(reference.question)}; {reference.made}.", "", *head, *rows, ""]
