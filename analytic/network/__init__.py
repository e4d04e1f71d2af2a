"""Network information theory of Gaussian channels, exact: regions, certificates, KKT conditions and duality.

Conventions: real scalars, rates in nats, power gains g_k (the squares of amplitudes), users numbered from 0. Every number goes in
as a rational; decisions are exact or certified (`nats`).
"""

from infograd.analytic.network.broadcast import Broadcast
from infograd.analytic.network.capacity_region import CapacityRegion, Certificate, Layer, Position
from infograd.analytic.network.concavity import hessian_is_negative
from infograd.analytic.network.duality import broadcast_rates, to_broadcast, to_multiple_access
from infograd.analytic.network.kkt import KKTCertificate, Term, parallel_terms, water_filling
from infograd.analytic.network.least_power import least_power_formula
from infograd.analytic.network.multiple_access import MultipleAccess
from infograd.analytic.network.nats import HalfLog, Nats, Rate
from infograd.analytic.network.polynomials import is_positive, is_zero
from infograd.analytic.network.simultaneous import (
    budget_excess,
    common_input_excess,
    cooperation_excess,
    cooperation_threshold,
    sum_excess,
    undisturbed_rates,
)
from infograd.analytic.network.sum_power import SumPowerMultipleAccess

__all__ = [
    "Broadcast",
    "CapacityRegion",
    "Certificate",
    "HalfLog",
    "KKTCertificate",
    "Layer",
    "MultipleAccess",
    "Nats",
    "Position",
    "Rate",
    "SumPowerMultipleAccess",
    "Term",
    "broadcast_rates",
    "budget_excess",
    "common_input_excess",
    "cooperation_excess",
    "cooperation_threshold",
    "hessian_is_negative",
    "is_positive",
    "is_zero",
    "least_power_formula",
    "parallel_terms",
    "sum_excess",
    "to_broadcast",
    "to_multiple_access",
    "undisturbed_rates",
    "water_filling",
]
