"""Proven enclosures in ball arithmetic: every number is a midpoint and a radius that a theorem of docs/proof.md bounds.

`certify` encloses I, h(Y), their derivatives and the variances of the estimator's forms for channels of bounded analytic maps and Gaussian noise
(one stage, also of maps that grow; two users; two hops; networks with several outputs); `output` encloses the density, the score and the distribution function; `sign_change`
brackets where a derivative vanishes; `answer` is the room's verb. Conventions: real scalars, nats, gradient dI/dtheta. It imports the language and python-flint only.
"""

from __future__ import annotations

from infograd.numeric.certified.enclosures import Certificate, Comparison, Enclosure
from infograd.numeric.certified.one_stage import RadiusError
from infograd.numeric.certified.output import Output, output
from infograd.numeric.certified.reading import OutsideTheoremError
from infograd.numeric.certified.roots import SignChange, sign_change, slope_sign
from infograd.numeric.certified.theorems import METHOD, answer, certify

__all__ = [
    "METHOD",
    "Certificate",
    "Comparison",
    "Enclosure",
    "Output",
    "OutsideTheoremError",
    "RadiusError",
    "SignChange",
    "answer",
    "certify",
    "output",
    "sign_change",
    "slope_sign",
]
