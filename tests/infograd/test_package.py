"""The package: what importing the language loads, and that the links lead where the installer's mapping does."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SETUPTOOLS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]
FOLDERS: dict[str, str] = SETUPTOOLS["package-dir"]
ROOMS = {package: folder for package, folder in FOLDERS.items() if package.count(".") == 1}


def loaded_by(code: str) -> set[str]:
    """The top-level modules that a fresh interpreter has loaded after running the code, beyond those it starts with."""
    program = f"import sys\nbefore = set(sys.modules)\n{code}\nprint(*sorted({{name.partition('.')[0] for name in set(sys.modules) - before}}))"
    return set(subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.split())


def test_importing_the_language_loads_the_standard_library_only() -> None:
    assert loaded_by("import infograd") - {"infograd"} <= sys.stdlib_module_names


def test_importing_the_judge_and_the_plugin_loads_no_room() -> None:
    foreign = loaded_by("import infograd.verify, infograd.verify.plugin") - {"infograd"} - sys.stdlib_module_names
    assert not foreign & {"numpy", "scipy", "sympy", "torch", "matplotlib", "pydantic", "rich", "flint", "opt_einsum", "hypothesis"}


def test_the_numeric_and_analytic_rooms_run_without_torch() -> None:
    assert "torch" not in loaded_by("import infograd.analytic, infograd.numeric, infograd.learned, infograd.reports")


@pytest.mark.parametrize(("package", "folder"), ROOMS.items())
def test_the_link_of_every_room_leads_to_its_mapped_folder(package: str, folder: str) -> None:
    link = ROOT / "infograd" / package.removeprefix("infograd.")
    assert link.is_symlink()
    assert not link.readlink().is_absolute()
    assert link.resolve() == (ROOT / folder).resolve()


def test_every_folder_with_modules_is_listed_as_a_package() -> None:
    rooms = {".".join(["infograd", *path.parent.relative_to(ROOT).parts]) for room in ROOMS.values() for path in (ROOT / room).rglob("*.py")}
    assert {"infograd", *rooms} == set(SETUPTOOLS["packages"]) == set(FOLDERS)


@pytest.mark.parametrize("package", FOLDERS)
def test_every_package_is_importable_under_its_one_name(package: str) -> None:
    code = f"import {package}; print({package}.__file__)"
    output = subprocess.run([sys.executable, "-P", "-c", code], capture_output=True, text=True, check=True, cwd=ROOT).stdout
    assert Path(output.strip()).resolve().parent == (ROOT / FOLDERS[package]).resolve()


@pytest.mark.parametrize("package", ["infograd", *ROOMS])
def test_every_room_is_marked_as_typed(package: str) -> None:
    assert (ROOT / FOLDERS[package] / "py.typed").is_file()
