"""Laws of sources and noises.

Every law is a fixed *primitive* moved by its arguments, and says what a room must know before it differentiates:
which arguments the move carries (`reparameterisable`), where the density jumps (`jumps`) and whether single points
have mass (`atomic`). Arguments are expressions in parameters. Entries of a vector law are independent, except for
`Normal`, whose second argument is the full covariance matrix.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from fractions import Fraction
from typing import Any, ClassVar

from infograd.array import Shape, entries, filled
from infograd.error import SpecificationError
from infograd.expression import Constant, Expression, Parameter, as_expression, parameters, references


@dataclass(frozen=True, slots=True)
class Law:
    """What all laws share; its subclasses are the laws."""

    primitive: ClassVar[str]
    reparameterisable: ClassVar[tuple[str, ...]]
    positive: ClassVar[tuple[str, ...]] = ()
    jumps: ClassVar[tuple[str, ...]] = ()
    atomic: ClassVar[bool] = False

    def _accept(self, **arguments: object) -> None:
        """Set the arguments as expressions and check them; every law's constructor ends here."""
        for name, argument in arguments.items():
            expression = as_expression(argument)
            object.__setattr__(self, name, expression)
            used = references(expression)
            if used:
                raise SpecificationError(
                    f"{type(self).__name__}'s {name} uses the node {used[0]!r}; the arguments of a law may use parameters only (multiply a source into the map instead)."
                )
        self._check_shapes()

    @property
    def argument_names(self) -> tuple[str, ...]:
        """The names of the arguments that are expressions, in order."""
        return tuple(each.name for each in fields(self))

    @property
    def arguments(self) -> dict[str, Expression]:
        """The arguments by name."""
        return {name: getattr(self, name) for name in self.argument_names}

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """The parameters that the arguments use, sorted by name."""
        found = {parameter for argument in self.arguments.values() for parameter in parameters(argument)}
        return tuple(sorted(found, key=lambda parameter: (parameter.name, parameter.shape)))

    @property
    def shape(self) -> Shape:
        """The shape of one draw."""
        full = {argument.shape for argument in self.arguments.values() if argument.shape}
        return full.pop() if full else ()

    def _check_shapes(self) -> None:
        shapes = {name: argument.shape for name, argument in self.arguments.items()}
        full = {shape for shape in shapes.values() if shape}
        if len(full) > 1 or any(len(shape) > 1 for shape in full):
            stated = ", ".join(f"{name} {shape}" for name, shape in shapes.items())
            raise SpecificationError(f"{type(self).__name__} got arguments of shapes {stated}; give it scalars, or vectors of one length.")

    def violation(self, values: Mapping[str, Any]) -> str | None:
        """The rule that the values of the arguments break, as a clause, or None; values are nested tuples of numbers."""
        for name in self.positive:
            for index, value in entries(values[name]):
                if not value > 0:
                    place = name + "".join(f"[{position}]" for position in index)
                    return f"the {place} must be positive, and is {number_text(value)}"
        return None


def number_text(value: Fraction | float) -> str:
    """A number as the messages print it."""
    return str(value) if isinstance(value, Fraction) else f"{value:.6g}"


@dataclass(frozen=True, slots=True, init=False)
class Normal(Law):
    """The Gaussian law: a variance for a scalar mean, a covariance matrix for a vector mean."""

    mean: Expression
    covariance: Expression

    primitive: ClassVar[str] = "standard normal"
    reparameterisable: ClassVar[tuple[str, ...]] = ("mean", "covariance")

    def __init__(self, mean: object = 0, covariance: object = 1) -> None:
        self._accept(mean=mean, covariance=covariance)

    @property
    def shape(self) -> Shape:
        """The shape of the mean."""
        return self.mean.shape

    def _check_shapes(self) -> None:
        if self.mean == Constant(Fraction(0)) and len(self.covariance.shape) == 2:
            object.__setattr__(self, "mean", Constant(filled(self.covariance.shape[:1], 0)))
        mean, covariance = self.mean.shape, self.covariance.shape
        if len(mean) > 1 or covariance != mean + mean:
            raise SpecificationError(
                f"Normal got a mean of shape {mean} and a covariance of shape {covariance}; a scalar mean takes a variance, a vector of n entries an n by n matrix (variance * identity(n))."
            )

    def violation(self, values: Mapping[str, Any]) -> str | None:
        """The covariance must be positive; a matrix symmetric and positive definite."""
        covariance = values["covariance"]
        if not isinstance(covariance, tuple):
            return None if covariance > 0 else f"the variance must be positive, and is {number_text(covariance)}"
        size = range(len(covariance))
        for row in size:
            for column in size:
                if covariance[row][column] != covariance[column][row]:
                    return f"the covariance must be symmetric, and its entries [{row}][{column}] and [{column}][{row}] differ"
        return None if _positive_definite(covariance) else "the covariance must be positive definite, and is not"


def _positive_definite(matrix: tuple[Any, ...]) -> bool:
    """Whether every pivot of the symmetric elimination is positive; exact for rationals."""
    rows = [list(row) for row in matrix]
    for pivot, row in enumerate(rows):
        if not row[pivot] > 0:
            return False
        for lower in rows[pivot + 1 :]:
            factor = lower[pivot] / row[pivot]
            lower[:] = [left - factor * right for left, right in zip(lower, row, strict=True)]
    return True


@dataclass(frozen=True, slots=True, init=False)
class Uniform(Law):
    """Equal density between `lower` and `upper`."""

    lower: Expression
    upper: Expression

    primitive: ClassVar[str] = "uniform on the unit interval"
    reparameterisable: ClassVar[tuple[str, ...]] = ("lower", "upper")
    jumps: ClassVar[tuple[str, ...]] = ("lower", "upper")

    def __init__(self, lower: object = 0, upper: object = 1) -> None:
        self._accept(lower=lower, upper=upper)

    def violation(self, values: Mapping[str, Any]) -> str | None:
        """The upper end must lie above the lower one."""
        lower, upper = values["lower"], values["upper"]
        lowers = [value for _, value in entries(lower)]
        uppers = [value for _, value in entries(upper)]
        length = max(len(lowers), len(uppers))
        pairs = zip(lowers * (length // len(lowers)), uppers * (length // len(uppers)), strict=True)
        wrong = next(((low, high) for low, high in pairs if not low < high), None)
        return None if wrong is None else f"the lower end must lie below the upper one, and they are {number_text(wrong[0])} and {number_text(wrong[1])}"


@dataclass(frozen=True, slots=True, init=False)
class Laplace(Law):
    """Density exp(-|x - location|/scale)/(2 scale)."""

    location: Expression
    scale: Expression

    primitive: ClassVar[str] = "standard Laplace"
    reparameterisable: ClassVar[tuple[str, ...]] = ("location", "scale")
    positive: ClassVar[tuple[str, ...]] = ("scale",)

    def __init__(self, location: object = 0, scale: object = 1) -> None:
        self._accept(location=location, scale=scale)


@dataclass(frozen=True, slots=True, init=False)
class Logistic(Law):
    """Distribution function 1/(1 + exp(-(x - location)/scale))."""

    location: Expression
    scale: Expression

    primitive: ClassVar[str] = "standard logistic"
    reparameterisable: ClassVar[tuple[str, ...]] = ("location", "scale")
    positive: ClassVar[tuple[str, ...]] = ("scale",)

    def __init__(self, location: object = 0, scale: object = 1) -> None:
        self._accept(location=location, scale=scale)


@dataclass(frozen=True, slots=True, init=False)
class StudentT(Law):
    """Student's law with `freedom` degrees of freedom, moved to `location` and stretched by `scale`."""

    freedom: Expression
    location: Expression
    scale: Expression

    primitive: ClassVar[str] = "Student's t of the same freedom"
    reparameterisable: ClassVar[tuple[str, ...]] = ("location", "scale")
    positive: ClassVar[tuple[str, ...]] = ("freedom", "scale")

    def __init__(self, freedom: object, location: object = 0, scale: object = 1) -> None:
        self._accept(freedom=freedom, location=location, scale=scale)


@dataclass(frozen=True, slots=True, init=False)
class Exponential(Law):
    """Density exp(-(x - location)/scale)/scale to the right of `location`, 0 to its left."""

    location: Expression
    scale: Expression

    primitive: ClassVar[str] = "standard exponential"
    reparameterisable: ClassVar[tuple[str, ...]] = ("location", "scale")
    positive: ClassVar[tuple[str, ...]] = ("scale",)
    jumps: ClassVar[tuple[str, ...]] = ("location",)

    def __init__(self, location: object = 0, scale: object = 1) -> None:
        self._accept(location=location, scale=scale)


def _weights_violation(weights: Any) -> str | None:
    for position, (_, value) in enumerate(entries(weights)):
        if not value > 0:
            return f"weights[{position}] must be positive, and is {number_text(value)}"
    total = sum(value for _, value in entries(weights))
    if total != 1 and not (isinstance(total, float) and abs(total - 1) <= 1e-12):
        return f"the weights must sum to 1, and sum to {number_text(total)}"
    return None


@dataclass(frozen=True, slots=True, init=False)
class Mixture(Law):
    """One of the components, drawn with the given weights; no component may have atoms."""

    weights: Expression
    components: tuple[Law, ...]

    primitive: ClassVar[str] = "a component's number, and its primitive"
    reparameterisable: ClassVar[tuple[str, ...]] = ("components",)

    def __init__(self, weights: object, components: Iterable[Law]) -> None:
        object.__setattr__(self, "components", tuple(components))
        if not all(isinstance(component, Law) for component in self.components):
            raise SpecificationError(f"Mixture got components {self.components!r}; give it laws, for example Normal(0, 1).")
        self._accept(weights=weights)

    @property
    def argument_names(self) -> tuple[str, ...]:
        """Only the weights: each component keeps its own arguments."""
        return ("weights",)

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """The parameters of the weights and of every component, sorted by name."""
        found = {*parameters(self.weights), *(each for component in self.components for each in component.parameters)}
        return tuple(sorted(found, key=lambda parameter: (parameter.name, parameter.shape)))

    @property
    def shape(self) -> Shape:
        """The shape of the components."""
        return self.components[0].shape

    def _check_shapes(self) -> None:
        if not self.components or self.weights.shape != (len(self.components),):
            raise SpecificationError(
                f"Mixture got weights of shape {self.weights.shape} and {len(self.components)} components; give it one weight for each component."
            )
        if len({component.shape for component in self.components}) > 1:
            raise SpecificationError("Mixture got components of different shapes; give it components of one shape.")
        if any(component.atomic for component in self.components):
            raise SpecificationError("Mixture got a component with atoms; a mixture of Points is one Points law.")

    def violation(self, values: Mapping[str, Any]) -> str | None:
        """The weights must be positive and sum to 1; the components are checked one by one where the channel is."""
        return _weights_violation(values["weights"])


@dataclass(frozen=True, slots=True, init=False)
class Points(Law):
    """Finitely many values (k scalars, or k vectors as the rows of a matrix) with weights, equal ones if none are given."""

    values: Expression
    weights: Expression

    primitive: ClassVar[str] = "a point's number"
    reparameterisable: ClassVar[tuple[str, ...]] = ("values",)
    atomic: ClassVar[bool] = True

    def __init__(self, values: object, weights: object = None) -> None:
        points = as_expression(values)
        if not points.shape:
            raise SpecificationError("Points got a scalar as values; give it a list of points.")
        count = points.shape[0]
        self._accept(values=points, weights=filled((count,), Fraction(1, count)) if weights is None else weights)

    @property
    def shape(self) -> Shape:
        """The shape of one point."""
        return self.values.shape[1:]

    def _check_shapes(self) -> None:
        if self.weights.shape != self.values.shape[:1]:
            raise SpecificationError(
                f"Points got values of shape {self.values.shape} and weights of shape {self.weights.shape}; give it one weight for each point."
            )

    def violation(self, values: Mapping[str, Any]) -> str | None:
        """The weights must be positive and sum to 1; the points must differ."""
        points = values["values"]
        if len(set(points)) < len(points):
            return "two of the points are the same; give each point once"
        return _weights_violation(values["weights"])


LAWS: dict[str, type[Law]] = {law.__name__: law for law in (Normal, Uniform, Laplace, Logistic, StudentT, Exponential, Mixture, Points)}
