"""The comparisons and claims of a run as JUnit XML: a test case each, failing exactly where one is not as expected.

Failure messages follow one grammar: got, but should be, allowed, call to repeat.
"""

from __future__ import annotations

from xml.etree.ElementTree import Element, SubElement, indent, tostring

from infograd.answer import Answer
from infograd.claim import Examination
from infograd.record import Record, Run
from infograd.reports.numerals import place_text, size_text, value_text
from infograd.reports.plaintext import printable
from infograd.verdict import Comparison, Side


def junit(run: Run) -> bytes:
    """The run as one test suite; a record without comparisons is a test case that fails, so that silence is no pass."""
    cases = [case for record in run.records for case in _cases(record)] + list(map(_claim, run.claims))
    counts = {"tests": str(len(cases)), "failures": str(sum(len(case) for case in cases)), "errors": "0", "skipped": "0"}
    root = Element("testsuites", {"name": printable(run.title), **counts})
    suite = SubElement(root, "testsuite", {"name": printable(run.title), **counts})
    properties = SubElement(suite, "properties")
    for name, text in run.environment.items():
        SubElement(properties, "property", {"name": printable(name), "value": printable(text)})
    suite.extend(cases)
    indent(root)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{tostring(root, encoding="unicode")}\n'.encode()


def _cases(record: Record) -> list[Element]:
    if not record.verdict.comparisons:
        case = Element("testcase", {"classname": printable(record.name), "name": "comparisons"})
        answers = sum(isinstance(reply, Answer) for reply in record.replies)
        got = f"{record.verdict.status.name}, {answers} of {len(record.replies)} methods answered and nothing was compared"
        _fail(case, record, record.verdict.status.name, got, "at least one comparison", "no record without one")
        return [case]
    return [_case(record, comparison) for comparison in record.verdict.comparisons]


def _case(record: Record, comparison: Comparison) -> Element:
    left, right = comparison.left, comparison.right
    name = f"{place_text(comparison.quantity, comparison.index)}: {left.room}/{left.method} vs {right.room}/{right.method}"
    case = Element("testcase", {"classname": printable(record.name), "name": printable(name)})
    if not comparison.as_expected:
        got = f"{comparison.status.name}, {_said(left)} against {_said(right)}, gap {size_text(comparison.gap)}"
        wanted = comparison.expected.status.name + (f" ({comparison.expected.claim})" if comparison.expected.claim else "")
        _fail(case, record, comparison.status.name, got, wanted, f"gap {size_text(comparison.allowed)}")
    return case


def _claim(examination: Examination) -> Element:
    claim = examination.claim
    case = Element("testcase", {"classname": printable(claim.section), "name": printable(f"{claim.id}: {claim.title}")})
    if not examination.as_stated:
        commands = dict.fromkeys(evidence.command for evidence in claim.evidence if evidence.command)
        lines = [examination.flip, f"call to repeat: {'; '.join(commands) or 'none recorded'}"]
        _write_failure(case, examination.standing.name if examination.standing is not None else "UNDECIDED", lines)
    return case


def _said(side: Side) -> str:
    return f"{side.room}/{side.method} {value_text(side.value, side.doubt)}"  # type: ignore[arg-type]  # a side of a comparison is one entry


def _fail(case: Element, record: Record, kind: str, got: str, wanted: str, allowed: str) -> None:
    call = record.command or "none recorded"
    lines = [f"got: {got}", f"but should be: {wanted}", f"allowed: {allowed}", f"call to repeat: {call}"]
    _write_failure(case, kind, lines)


def _write_failure(case: Element, kind: str, lines: list[str]) -> None:
    failure = SubElement(case, "failure", {"type": kind, "message": printable("; ".join(lines))})
    failure.text = printable("\n".join(lines))
