"""The channels on which the statements about directed acyclic graphs are tried, and the condition of Theorem 2 as a predicate on questions."""

from __future__ import annotations

from infograd.catalogue import CATALOGUE
from infograd.channel import Channel, Gate, Source, laws_within, node_law
from infograd.evaluation import evaluate
from infograd.expression import Apply, Parameter, parameters, references, regularity, subexpressions
from infograd.functions import relu, sign, sin, tanh
from infograd.graph import ancestors
from infograd.law import Exponential, Laplace, Law, Normal, Points, StudentT
from infograd.operation import Regularity
from infograd.question import Question


def _one_stage(source: Source, map: object, noise: Law | None, **at: object) -> Question:
    return Question(Channel(source, Gate("Y", map, noise=noise)), between=("X", "Y"), at=at)


SECTION = "IV Directed acyclic graphs"
_LINEAR_GROWTH = frozenset(
    {"abs", "add", "clip", "cos", "erf", "index", "negative", "relu", "sigmoid", "sign", "sin", "softplus", "stack", "subtract", "sum", "tanh", "transpose"}
)
_NORMAL, _SHIFTED = Source("X", Normal(0, 1)), Source("X", Normal(1, 1))
_BINARY, _ANTIPODAL = Source("X", Points((0, 1))), Source("X", Points((-1, 1)))
_THETA = Parameter("theta")

MULTIPATH_A, MULTIPATH_B = (CATALOGUE[name].question for name in ("multipath-a", "multipath-b"))
TANH, RELAY = CATALOGUE["tanh"].question, CATALOGUE["relay"].question


def generic_graph() -> Question:
    """Four gates, one of them deterministic, with every earlier node among their parents: ten gains and four variances, all free."""
    gains = iter(Parameter(f"g{place}") for place in range(1, 11))
    nodes: list[Source | Gate] = [Source("X", Normal(0, Parameter("P")))]
    for name in ("V1", "V2", "V3", "Y"):
        parts = [next(gains) * node for node in nodes]
        total = parts[0]
        for part in parts[1:]:
            total = total + part
        nodes.append(Gate(name, total, noise=None if name == "V2" else Normal(0, Parameter(f"s{name[-1]}"))))
    channel = Channel(*nodes)
    return Question(channel, between=("X", "Y"), at={parameter.name: 1 for parameter in channel.parameters})


def diamond() -> Question:
    """V1 = tanh(a X) + N1 and V2 = sin(b X) + N2 side by side, Y = tanh(V1) + c V2 + N3."""
    v1 = Gate("V1", tanh(Parameter("a") * _NORMAL), noise=Normal(0, "1/4"))
    v2 = Gate("V2", sin(Parameter("b") * _NORMAL), noise=Normal(0, "1/4"))
    y = Gate("Y", tanh(v1) + Parameter("c") * v2, noise=Normal(0, "1/4"))
    return Question(Channel(_NORMAL, v1, v2, y), between=("X", "Y"), at={"a": 1, "b": 1, "c": "1/2"})


def between_inner_nodes() -> Question:
    """I(V;Y) for V = a X + N1, Y = V + b X + N3: V moves with a, and Y is reached around it."""
    v = Gate("V", Parameter("a") * _NORMAL, noise=Normal(0, 1))
    y = Gate("Y", v + Parameter("b") * _NORMAL, noise=Normal(0, 1))
    return Question(Channel(_NORMAL, v, y), between=("V", "Y"), wrt="a", at={"a": 1, "b": 1})


def given_a_moving_node() -> Question:
    """I(X;Y|C) for C = X + N, Var N = s, and Y = X + N': what is given moves, and Y does not."""
    c = Gate("C", _NORMAL, noise=Normal(0, Parameter("s")))
    y = Gate("Y", _NORMAL, noise=Normal(0, 1))
    return Question(Channel(_NORMAL, c, y), between=("X", "Y"), given="C", at={"s": 1})


def threshold_map() -> Question:
    """Y = sign(X - theta) + N, Var N = 1/25."""
    return _one_stage(_NORMAL, sign(_NORMAL - _THETA), Normal(0, "1/25"), theta="1/2")


def _one_bit(source: Source) -> Question:
    v = Gate("V", _THETA * source, noise=Normal(0, 1))
    return Question(Channel(source, v, Gate("Y", sign(v))), between=("X", "Y"), at={"theta": "1/2"})


ONE_BIT, ONE_BIT_BINARY = _one_bit(_NORMAL), _one_bit(_ANTIPODAL)
EXPONENTIAL_BINARY = _one_stage(_BINARY, _THETA * _BINARY, Exponential(0, 1), theta="1/2")
EXPONENTIAL = _one_stage(_SHIFTED, _THETA * _SHIFTED, Exponential(0, 1), theta="4/5")
LAPLACE_BINARY = _one_stage(_BINARY, _THETA * _BINARY, Laplace(0, 1), theta="1/2")
LAPLACE = _one_stage(_SHIFTED, tanh(_THETA * _SHIFTED), Laplace(0, "1/2"), theta="4/5")
KINKED = _one_stage(_NORMAL, relu(_THETA * _NORMAL), Normal(0, 1), theta=1)


def weighted_input() -> Question:
    """Y = X + N with X = 1 of probability q and -1 otherwise: the parameter moves the law of the input and no path."""
    q = Parameter("q")
    source = Source("X", Points((1, -1), (q, 1 - q)))
    return _one_stage(source, source, Normal(0, 1), q="1/4")


INSIDE = (MULTIPATH_A, MULTIPATH_B, generic_graph(), TANH, RELAY, diamond(), LAPLACE, KINKED)
OUTSIDE = (threshold_map(), between_inner_nodes(), given_a_moving_node(), EXPONENTIAL, ONE_BIT, weighted_input())


def _absolutely_continuous(law: Law | None) -> bool:
    return law is not None and not any(each.atomic or each.jumps for each in laws_within(law))


def reparameterised(question: Question) -> bool:
    """Whether every parameter of `wrt` moves values with all primitives held fixed, and no law of a primitive."""
    for node in question.channel.nodes:
        law = node_law(node)
        for each in laws_within(law) if law is not None else ():
            fixed = {parameter.name for name, argument in each.arguments.items() if name not in each.reparameterisable for parameter in parameters(argument)}
            if fixed.intersection(question.wrt):
                return False
    return True


def carried_by_paths(question: Question) -> bool:
    """Whether every parameter moves values, and moves them through maps without jumps."""
    relevant = ancestors(question.channel, question.nodes)
    maps = [node.map for node in question.channel.nodes if isinstance(node, Gate) and node.name in relevant]
    return reparameterised(question) and all(regularity(map) is not Regularity.JUMP for map in maps)


def theorem_2_holds(question: Question) -> bool:
    """Theorem 2's condition as it can be read off a question: paths without jumps that carry the parameters, an absolutely continuous noise at every
    output, finite variances (these make J, the scores' product with it and the information finite), and the separations that let what is given move."""
    from infograd.analytic.identities import applies

    return (
        carried_by_paths(question)
        and all(_absolutely_continuous(node_law(question.channel.node(name))) for name in question.between[1])
        and finite_variance(question)
        and all(applies(question, parameter, "difference") for parameter in question.wrt)
    )


def entropies_are_finite(question: Question) -> bool:
    """Whether every output has noise of its own with a density, and a finite variance: then h(Y) and h(Y|X) are finite."""
    laws = [node_law(question.channel.node(name)) for name in question.between[1]]
    return finite_variance(question) and all(law is not None and not any(each.atomic for each in laws_within(law)) for law in laws)


def heavy_tails() -> Question:
    """Y = X + N with X Student's t of 2 degrees of freedom, whose variance is infinite."""
    source = Source("X", StudentT(2))
    return _one_stage(source, source, Normal(0, 1))


def finite_variance(question: Question) -> bool:
    """Whether every source and noise has a finite variance and every map grows at most linearly, so that every node has one."""
    for node in question.channel.nodes:
        law = node_law(node)
        for each in laws_within(law) if law is not None else ():
            if isinstance(each, StudentT) and evaluate(each.freedom, question.at) <= 2:
                return False
        if isinstance(node, Gate) and any(isinstance(part, Apply) and not _grows_linearly(part) for part in subexpressions(node.map)):
            return False
    return True


def _grows_linearly(part: Apply) -> bool:
    if part.operation in {"multiply", "divide", "matmul", "dot"}:
        moving = [bool(references(argument)) for argument in part.arguments]
        return not all(moving) and not (part.operation == "divide" and moving[1])
    return part.operation in _LINEAR_GROWTH or not references(part)
