"""Runs written by hand: one with every kind of reply and status, and one whose texts try to become code."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest

import infograd as ig

COMMAND = "infograd oracle scalar --at theta=1,s2=1 --format json"
HOSTILE = "</title><script>alert(1)</script>\"' onload=x #panic() $x$ \\u{41} {{ 7*7 }} *b* _i_ `c` @x <question-1> ]]>&amp;\x00\u202e"


def _scalar() -> ig.Record:
    """Exact, quadrature and learned replies that agree."""
    question = ig.CATALOGUE["scalar"].question
    exact = ig.Answer(
        "analytic",
        "exact",
        ig.Access.MODEL,
        ig.Quantity(0.34657359027997264, ig.Doubt(proved=6e-17)),
        ig.FrozenMapping({"s2": ig.Quantity(Fraction(-1, 4)), "theta": ig.Quantity(Fraction(1, 2))}),
        citation="arXiv:2601.01789, eq. (33)",
    )
    numeric = ig.Answer(
        "numeric",
        "trapezoid",
        ig.Access.MODEL,
        ig.Quantity(0.34657359027991, ig.Doubt(estimated=3e-13)),
        ig.FrozenMapping({"s2": ig.Quantity(-0.25, ig.Doubt(estimated=2e-13)), "theta": ig.Quantity(0.5, ig.Doubt(estimated=2e-13))}),
        cost=ig.FrozenMapping({"kernel evaluations": 90000}),
    )
    learned = ig.Answer(
        "learned",
        "implicit score matching",
        ig.Access.PATHWISE,
        None,
        ig.FrozenMapping({"theta": ig.Quantity(0.5004, ig.Doubt(estimated=2e-4, stderr=7e-4, dof=31.0))}),
    )
    comparisons = (
        ig.Comparison(
            "I",
            (),
            ig.Side("analytic", "exact", 0.34657359027997264, ig.Doubt(proved=6e-17)),
            ig.Side("numeric", "trapezoid", 0.34657359027991, ig.Doubt(estimated=3e-13)),
            6.3e-14,
            6.2e-13,
            0.347,
            ig.Status.AGREE,
        ),
        ig.Comparison(
            "dI/dtheta",
            (),
            ig.Side("analytic", "exact", Fraction(1, 2), ig.Doubt()),
            ig.Side("learned", "implicit score matching", 0.5004, ig.Doubt(estimated=2e-4, stderr=7e-4, dof=31.0)),
            4e-4,
            4.9e-3,
            0.5,
            ig.Status.AGREE,
        ),
    )
    formulas = (
        ig.Formula("The information", r"I = \frac{\log{\left(1 + \frac{\theta^{2}}{s_{2}} \right)}}{2}"),
        ig.Formula("Its derivative in theta", r"\frac{\partial I}{\partial \theta} = \frac{\theta}{s_{2} + \theta^{2}}"),
    )
    return ig.Record("scalar", question, (exact, numeric, learned), ig.Verdict(ig.Status.AGREE, comparisons), formulas, COMMAND)


def _vector() -> ig.Record:
    """A matrix parameter, a wrong room and a comparison that could not have failed."""
    question = ig.CATALOGUE["vector"].question
    rows = ((0.125, -0.25), (0.0625, 0.3), (1e-9, -0.5))
    exact = ig.Answer(
        "analytic", "float", ig.Access.MODEL, ig.Quantity(0.9, ig.Doubt(proved=1e-15)), ig.FrozenMapping({"W": ig.Quantity(rows, ig.Doubt(proved=1e-15))})
    )
    twice = tuple(tuple(2 * value for value in row) for row in rows)
    learned = ig.Answer("learned", "recipe", ig.Access.PAIRS, None, ig.FrozenMapping({"W": ig.Quantity(twice, ig.Doubt(stderr=1e-3, dof=10.0))}))
    comparisons = tuple(
        ig.Comparison(
            "dI/dW",
            (row, column),
            ig.Side("analytic", "float", rows[row][column], ig.Doubt(proved=1e-15)),
            ig.Side("learned", "recipe", twice[row][column], ig.Doubt(stderr=1e-3, dof=10.0)),
            abs(rows[row][column]),
            0.0105,
            0.5,
            ig.Status.POWERLESS if row == 2 and column == 0 else ig.Status.DISAGREE,
        )
        for row in range(3)
        for column in range(2)
    )
    verdict = ig.Verdict(ig.Status.DISAGREE, comparisons, ("analytic", "learned"), "Two rooms answered, so it is one of them.")
    return ig.Record(
        "vector",
        question,
        (exact, ig.Refusal("numeric", "trapezoid", "node 'X' is a vector; this method takes scalar nodes."), learned),
        verdict,
        (),
        "infograd check vector.toml",
    )


def _literal() -> ig.Record:
    """A recipe that is known to miss, an infinite value on both sides, and a value that is not a number."""
    question = ig.CATALOGUE["tanh"].question
    infinite = ig.Quantity(ig.Infinite("Y determines X where there is no noise"))
    replies = (
        ig.Answer("numeric", "trapezoid", ig.Access.MODEL, infinite, ig.FrozenMapping({"theta": ig.Quantity(0.2664225474173, ig.Doubt(estimated=4e-13))})),
        ig.Answer("learned", "literal recipe", ig.Access.PATHWISE, infinite, ig.FrozenMapping({"theta": ig.Quantity(0.31, ig.Doubt(stderr=2e-3, dof=9.0))})),
    )
    left, right = (ig.Side(reply.room, reply.method, reply.gradient["theta"].value, reply.gradient["theta"].doubt) for reply in replies)
    expected = ig.Expectation(ig.Status.DISAGREE, "denoising score matching at one noise level learns the score of the noisy output")
    sides = [ig.Side(reply.room, reply.method, infinite.value, infinite.doubt) for reply in replies]
    comparisons = (
        ig.Comparison("I", (), sides[0], sides[1], 0.0, 0.0, 1.0, ig.Status.AGREE),
        ig.Comparison("dI/dtheta", (), left, right, 0.0436, 0.0103, 0.31, ig.Status.DISAGREE, expected),
        ig.Comparison(
            "dI/ds2",
            (),
            ig.Side("numeric", "trapezoid", -1.5, ig.Doubt(estimated=1e-12)),
            ig.Side("learned", "literal recipe", math.inf, ig.Doubt()),
            math.nan,
            1e-12,
            1.5,
            ig.Status.DISAGREE,
            expected,
        ),
    )
    return ig.Record("tanh, literal recipe", question, replies, ig.Verdict(ig.Status.DISAGREE, comparisons, ("learned",)), (), "infograd check tanh.toml")


def _silent() -> ig.Record:
    """A question that nobody answers."""
    refusals = (
        ig.Refusal("analytic", "exact", "there is no closed form for tanh."),
        ig.Refusal("learned", "implicit score matching", "torch is not installed; run: pip install 'infograd[torch]'"),
    )
    return ig.Record("relay", ig.CATALOGUE["relay"].question, refusals, ig.Verdict(ig.Status.UNANSWERED, ()), (), "infograd check relay.toml")


def _found(holds: bool, role: ig.Role, room: str, summary: str, detail: str) -> ig.Finding:
    return ig.Finding(ig.Evidence(role, "numbers by hand", room, summary, "infograd claims eq-1 --check"), holds, detail)


def _examined(id: str, standing: ig.Standing, *findings: ig.Finding, **texts: str) -> ig.Examination:
    argument = ig.Evidence(ig.Role.SUPPORTS, "derivation", "", "Differentiate under the integral, where $\\theta > 0$.")
    evidence = (argument, *(finding.evidence for finding in findings))
    return ig.Examination(
        ig.Claim(id, f"Claim {id} on $I(X;Y)$", "III Cascades", rf"I_{{{len(id)}}} = \frac{{1}}{{2}}", standing, evidence=evidence, **texts), findings
    )


def sample_claims() -> tuple[ig.Examination, ...]:
    """A claim of every standing as stated, and one that no longer is."""
    holds = _found(True, ig.Role.SUPPORTS, "analytic", "both sides at $a = 1$", "0.5 and 0.5 differ by 0")
    fails = tuple(_found(True, ig.Role.REFUTES, room, f"the counter-example in the {room} room", "0.5 against 0") for room in ("analytic", "numeric"))
    mended = _found(True, ig.Role.CORRECTS, "numeric", "the corrected form", "0.25 and 0.25 differ by 1e-17")
    broken = _found(False, ig.Role.SUPPORTS, "numeric", "quadrature of the left side", "0.5 and 0.7 differ by 0.2, allowed 1e-12")
    return (
        _examined("eq-18", ig.Standing.PROVED, holds),
        _examined("theorem-1", ig.Standing.CONDITIONAL, holds, condition="$Y$ moves with $\\theta$ and $p(y)$ has no jump."),
        _examined("eq-73", ig.Standing.REFUTED, *fails, mended, counterexample="$a = 1$: 0.5 against 0.", corrected=r"I = \max\{0, a\}"),
        _examined("remark-7", ig.Standing.HEURISTIC),
        _examined("figure-4", ig.Standing.MEASURED, holds),
        _examined("eq-1", ig.Standing.DEFINITION),
        _examined("eq-11-13", ig.Standing.PROVED, holds, broken),
    )


def sample_figure(panels: int = 2, points: int = 41) -> ig.Figure:
    """Panels with an exact line, a band and points with error bars."""
    grid = tuple(-2 + 4 * position / (points - 1) for position in range(points))
    exact = tuple(x / (1 + x * x) for x in grid)
    curves = (
        ig.Curve("exact", grid, exact),
        ig.Curve("learned scores", grid, tuple(y + 0.02 * math.sin(7 * x) for x, y in zip(grid, exact, strict=True)), tuple(0.03 for _ in grid)),
        ig.Curve("Monte Carlo, exact scores", grid[::4], exact[::4], tuple(0.04 for _ in grid[::4]), marker=True),
    )
    names = ("∂I/∂θ against θ", "∂I/∂λ against λ")
    return ig.Figure(
        "figure-4",
        "Figure 4, form A",
        "Verdict: agrees. The largest error of the learned curve is 0.0021 nats, at θ = 0.4.",
        tuple(ig.Panel(names[number % 2], "θλ"[number % 2], "gradient (nats per unit)", curves) for number in range(panels)),
    )


@pytest.fixture(scope="session")
def figure() -> ig.Figure:
    """One figure of two panels."""
    return sample_figure()


@pytest.fixture(scope="session")
def run(figure: ig.Figure) -> ig.Run:
    """A run with an agreement, a disagreement, an expected one, a question without answers, and claims."""
    environment = ig.FrozenMapping({"python": "3.11.2", "torch": "2.13.0", "seed": "0", "date": "2026-01-31T12:00:00+00:00", "elapsed": "41.7 s"})
    return ig.Run("Four questions by hand", (_scalar(), _vector(), _literal(), _silent()), (figure,), environment, sample_claims())


def hostile_claim(text: str, latex: str) -> ig.Examination:
    """A claim that holds the text wherever it can, and does not stand as stated."""
    evidence = ig.Evidence(ig.Role.SUPPORTS, text, text, text, text)
    claim = ig.Claim("eq-1", text, text, latex, ig.Standing.PROVED, text, (evidence,), text, latex)
    return ig.Examination(claim, (ig.Finding(evidence, False, text),))


@pytest.fixture(scope="session")
def hostile(run: ig.Run) -> ig.Run:
    """A run in which every text from outside tries to become markup or code."""
    scalar = run.records[0]
    replies = (ig.Refusal(HOSTILE, HOSTILE, HOSTILE), ig.Answer(HOSTILE, HOSTILE, ig.Access.PAIRS, ig.Quantity(ig.Undefined(HOSTILE)), citation=HOSTILE))
    side = ig.Side(HOSTILE, HOSTILE, 1.0, ig.Doubt())
    comparison = ig.Comparison(HOSTILE, (), side, side, 1.0, 0.0, 1.0, ig.Status.AGREE, ig.Expectation(ig.Status.DISAGREE, HOSTILE))
    formula = ig.Formula(HOSTILE, r"\text{<script>alert(1)</script> \#panic() \$ &lt;}")
    record = ig.Record(HOSTILE, scalar.question, replies, ig.Verdict(ig.Status.DISAGREE, (comparison,), (HOSTILE,), HOSTILE), (formula,), HOSTILE)
    curve = ig.Curve(HOSTILE, (0.0, 1.0), (0.0, 1.0))
    figure = ig.Figure(HOSTILE, HOSTILE, HOSTILE, (ig.Panel(HOSTILE, HOSTILE, HOSTILE, (curve,)),))
    claim = hostile_claim(HOSTILE, formula.latex)
    return ig.Run(HOSTILE, (record,), (figure,), ig.FrozenMapping({HOSTILE: HOSTILE, "date": "2026-01-31"}), (claim,))
