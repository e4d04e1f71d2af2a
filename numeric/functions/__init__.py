"""The law of an output as functions of y, and exact samples of every node.

`output_law` gives densities, scores, distribution, quantiles, posterior means, Fisher informations, mean square errors and
the variances of the gradient's forms, each with its own error estimate; `sample` draws every node of any channel.
"""

from infograd.numeric.functions.output_law import OutputLaw, output_law
from infograd.numeric.functions.sampling import sample
from infograd.numeric.functions.values import Values

__all__ = ["OutputLaw", "Values", "output_law", "sample"]
