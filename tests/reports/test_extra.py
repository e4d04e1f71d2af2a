from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import infograd as ig
from infograd import reports
from infograd.reports.extra import report_extra

LOADED_BY = {"jinja2": ("html",), "latex2mathml": ("html", "pdf", "mathematics", "formula"), "matplotlib": ("drawing",), "typst": ("pdf",)}


def test_importing_the_room_loads_nothing_of_the_extra() -> None:
    program = "import sys, infograd.reports; print(*sorted({'jinja2', 'latex2mathml', 'matplotlib', 'numpy', 'typst'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True).stdout.strip() == ""


@pytest.mark.parametrize("package", LOADED_BY)
def test_a_missing_package_is_one_sentence_with_the_pip_line_and_no_file(package: str, run: ig.Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    for name in [name for name in sys.modules if name.startswith(f"{package}.")]:
        monkeypatch.delitem(sys.modules, name)
    for module in LOADED_BY[package]:
        monkeypatch.delitem(sys.modules, f"infograd.reports.{module}", raising=False)
    write = reports.write_pdf if package == "typst" else reports.write_html
    with pytest.raises(ig.SpecificationError, match=rf"{package}.*pip install 'infograd\[report\]'"):
        write(run, tmp_path / "report")
    assert list(tmp_path.iterdir()) == []


def test_another_missing_module_is_not_blamed_on_the_extra() -> None:
    with pytest.raises(ModuleNotFoundError), report_extra("x"):
        raise ModuleNotFoundError("no module", name="elsewhere")
