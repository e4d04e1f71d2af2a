"""Faults planted in the language itself, which all rooms share: the judge cannot see them, and tests without the judge must.

Each fault is planted in a fresh interpreter, and the named tests, which import no judge, are run there.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

FAULTS = {
    "a variance read as a deviation": (
        "from infograd.law import Normal\nhonest = Normal.__init__\nNormal.__init__ = lambda self, mean=0, covariance=1: honest(self, mean, as_expression(covariance) * covariance)",
        "tests/numeric/test_density.py",
    ),
    "a swapped subtraction": (
        "from infograd.expression import Algebra\nAlgebra.__sub__ = lambda self, other: apply('subtract', other, self)",
        "tests/infograd/test_expression.py",
    ),
    "a swapped division": (
        "from infograd.expression import Algebra\nAlgebra.__rtruediv__ = lambda self, other: apply('divide', self, other)",
        "tests/infograd/test_expression.py",
    ),
    "a decimal read as its double": (
        "import infograd.array as array\nhonest = array.Fraction\narray._from_text = lambda text, place: honest(float(text))",
        "tests/infograd/test_array.py",
    ),
    "a parameter that moves nothing": (
        "import infograd.graph as graph\ngraph.moved_by = lambda channel, parameter: frozenset()",
        "tests/infograd/test_graph.py",
    ),
    "a separation that ignores what is given": (
        "import infograd.graph as graph\nhonest = graph.d_separated\ngraph.d_separated = lambda channel, left, right, given=(): honest(channel, left, right)",
        "tests/infograd/test_graph.py",
    ),
}

PLANT = """
import sys
import infograd
from infograd.expression import apply, as_expression
{fault}
import pytest
sys.exit(pytest.main(['-q', '-x', '--assert=plain', '-p', 'no:cacheprovider', {tests!r}]))
"""


def run(fault: str, tests: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", PLANT.format(fault=fault, tests=tests)], cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_in_the_language_is_caught_without_the_judge(name: str) -> None:
    fault, tests = FAULTS[name]
    assert "verify" not in (ROOT / tests).read_text()
    outcome = run(fault, tests)
    assert outcome.returncode == pytest.ExitCode.TESTS_FAILED, outcome.stdout + outcome.stderr
    assert "1 failed" in outcome.stdout, outcome.stderr


@pytest.mark.parametrize("tests", sorted({tests for _, tests in FAULTS.values()}))
def test_without_a_fault_the_same_tests_pass(tests: str) -> None:
    outcome = run("", tests)
    assert outcome.returncode == pytest.ExitCode.OK, outcome.stdout + outcome.stderr
