"""Shared set-up of the tests: hypothesis profiles, and the tools that some tests need beyond Python."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable

import pytest
from hypothesis import settings

IN_CI = os.environ.get("CI") == "true"

settings.register_profile("local", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("ci" if IN_CI else "local")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option that measures again what the ledger holds against its stored run."""
    parser.addoption("--full", action="store_true", help="measure the measured claims again (minutes)")


@pytest.fixture(scope="session")
def needs_tool() -> Callable[..., str]:
    """A function that finds a command by any of its names and returns its path; without it the test skips locally and fails in CI."""

    def find(*names: str) -> str:
        path = next((path for path in map(shutil.which, names) if path), None)
        if path is None:
            reason = f"{' or '.join(names)} is not installed"
            (pytest.fail if IN_CI else pytest.skip)(reason)
        return path

    return find
