"""`infograd check`: one question put to every room, the replies compared, the verdict."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Literal

from infograd.answer import Answer
from infograd.record import Record, Run
from infograd.verify.command.document import record_json
from infograd.verify.command.files import prepare_folder
from infograd.verify.command.outcome import report_failures, verdict_code
from infograd.verify.command.terminal import diagnostics, output, table
from infograd.verify.command.unit import doubt_text, value_text
from infograd.verify.command.wording import answer_rows, entry_text, heading
from infograd.verify.specification import Specification


def run(specification: Specification, format: Literal["table", "json"], out: Path | None, command: str) -> int:
    """Print the replies, every comparison and the verdict, and write the report where a folder is named."""
    from infograd.verify.asking import ask
    from infograd.verify.recording import environment, judged
    from infograd.verify.reporting import write

    if out is not None:
        prepare_folder(out)
    question = specification.question
    record = judged(specification.name, question, ask(question), command=command, formulas=out is not None)
    if format == "json":
        output().print(json.dumps(record_json(record), indent=2, allow_nan=False), soft_wrap=True)
    else:
        print_record(record)
    if out is not None:
        for path in write(Run(specification.name, (record,), environment=environment()), out):
            diagnostics().print(f"wrote {path}")
    report_failures((record,))
    return verdict_code(record.verdict)


def print_record(record: Record) -> None:
    """The channel, the replies, the comparisons and the verdict."""
    console, verdict = output(), record.verdict
    for line in heading(record.name, record.question):
        console.print(line, soft_wrap=True)
    replies = table("room", "method", "access", "quantity", "value (nats)", "doubt (nats)")
    refusals = []
    for reply in record.replies:
        if isinstance(reply, Answer):
            for name, entry in answer_rows(reply, record.question, "nats"):
                replies.add_row(reply.room, reply.method, reply.access.name, name, value_text(entry), doubt_text(entry))
        else:
            refusals.append(f"{reply.room} ({reply.method}) does not answer: {reply.reason}")
    console.print(replies)
    for refusal in refusals:
        console.print(refusal, soft_wrap=True)
    if verdict.comparisons:
        comparisons = table("quantity", "rooms", "gap", "allowed", "status")
        for each in verdict.comparisons:
            rooms = f"{each.left.room} and {each.right.room}"
            comparisons.add_row(entry_text(each.quantity, each.index), rooms, f"{each.gap:.1e}", f"{each.allowed:.1e}", each.status.name)
        console.print(comparisons)
    console.print(f"{verdict.status.value} {verdict.note}".rstrip(), style="bold", soft_wrap=True)
