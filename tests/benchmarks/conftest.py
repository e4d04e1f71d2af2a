"""The rivals' folder of scripts, loaded as the package that it is when run, under a name of its own."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

NAME = "benchmark_peers"


@pytest.fixture(scope="session")
def peers() -> ModuleType:
    """benchmarks/peers; its files are the attributes of their names."""
    if NAME not in sys.modules:
        folder = Path(__file__).parents[2] / "benchmarks" / "peers"
        spec = importlib.util.spec_from_file_location(NAME, folder / "__init__.py", submodule_search_locations=[str(folder)])
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules[NAME] = module
        spec.loader.exec_module(module)
    return sys.modules[NAME]
