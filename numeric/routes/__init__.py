"""Three integral formulas for the information, each a route of its own: along a path of parameters, over added noise, over the gain."""

from infograd.numeric.routes.fisher import fisher_integral
from infograd.numeric.routes.mmse import mmse_integral
from infograd.numeric.routes.path import path_integral

__all__ = ["fisher_integral", "mmse_integral", "path_integral"]
