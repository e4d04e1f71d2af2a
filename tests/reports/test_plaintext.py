from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from infograd.reports.plaintext import printable


def test_what_cannot_be_seen_is_written_as_its_escape() -> None:
    assert printable("a\x00\u202e\u200b\ud800\u2028b") == r"a\x00\u202e\u200b\ud800\u2028b"


def test_letters_of_every_script_and_line_ends_stay() -> None:
    assert printable("θ é 相互情報\n\t") == "θ é 相互情報\n\t"


@given(st.text())
def test_printable_text_is_stable_and_has_a_utf8_form(text: str) -> None:
    assert printable(printable(text)) == printable(text)
    assert printable(text).encode("utf-8").decode("utf-8") == printable(text)
