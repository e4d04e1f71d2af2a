"""The pytest plugin: a fixture that judges and records, and one option that turns the run into a report.

It imports nothing of infograd until a test asks for the fixture, so it costs a repository that never does nothing.
Under pytest-xdist every worker sends its records to the controller, which writes the report.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from infograd.answer import Reply
    from infograd.question import Question
    from infograd.record import Record
    from infograd.verdict import Expectation, Verdict

OPTION = "--infograd-report"
_OUTPUT = "infograd_records"


class RecordingJudge:
    """Judges replies to questions and keeps a record of each under the name of the running test."""

    def __init__(self) -> None:
        self.records: list[Record] = []

    def __call__(
        self,
        question: Question,
        replies: Sequence[Reply],
        *,
        expected: Mapping[tuple[str, str], Expectation] | None = None,
        regime: float = 0.0,
    ) -> Verdict:
        """The verdict on the replies, recorded; the arguments are those of `infograd.verify.judge`."""
        from infograd.verify.recording import judged

        test = re.sub(r" \(\w+\)$", "", os.environ.get("PYTEST_CURRENT_TEST", "a test"))
        number = 1 + sum(record.name.startswith(f"{test} #") for record in self.records)
        record = judged(f"{test} #{number}", question, replies, command=f"pytest '{test}'", formulas=False, expected=expected, regime=regime)
        self.records.append(record)
        return record.verdict


_JUDGE = pytest.StashKey[RecordingJudge]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option that asks for a report."""
    group = parser.getgroup("infograd")
    group.addoption(OPTION, metavar="DIR", default=None, help="write report.html, report.pdf, records.jsonl and junit.xml of all judged questions to DIR")


def pytest_configure(config: pytest.Config) -> None:
    """Keep one judge for the session, and check the report folder before the tests run rather than after."""
    config.stash[_JUDGE] = RecordingJudge()
    if folder := config.getoption(OPTION):
        from infograd.error import SpecificationError
        from infograd.verify.command.files import prepare_folder

        try:
            prepare_folder(Path(str(folder)), OPTION)
        except SpecificationError as error:
            raise pytest.UsageError(str(error)) from None


@pytest.fixture(scope="session")
def infograd_judge(request: pytest.FixtureRequest) -> RecordingJudge:
    """RecordingJudge replies to a question; what is judged stands in the report that --infograd-report asks for."""
    return request.config.stash[_JUDGE]


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any, error: object) -> None:
    """Take over the records of a finished xdist worker."""
    from infograd.document import from_json

    output = getattr(node, "workeroutput", {})
    node.config.stash[_JUDGE].records.extend(from_json(text) for text in output.get(_OUTPUT, ()))


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Send the records to the controller, or write the report."""
    config = session.config
    records = config.stash[_JUDGE].records
    output = getattr(config, "workeroutput", None)
    if output is not None:
        from infograd.document import to_json

        output[_OUTPUT] = [to_json(record) for record in records]
    elif folder := config.getoption(OPTION):
        from infograd.record import Run
        from infograd.verify.recording import environment
        from infograd.verify.reporting import write

        run = Run("Property tests", tuple(sorted(records, key=lambda record: record.name)), environment=environment())
        write(run, Path(str(folder)))
