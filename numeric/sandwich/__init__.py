"""Bounds on the information from samples and the known density of the last stage, for nodes of any dimension and networks of any length.

I(A;B|C) is a sum of expectations of log-marginals, plus and minus (`structure`). What is linear and Gaussian in one is integrated out (`linear`), what has
few points is summed over; the rest is averaged over hidden runs, once with the true run left out and once with it left in (`averages`):

    lower = sum of plus-terms left out - sum of minus-terms left in,      E lower <= I,
    upper = sum of plus-terms left in  - sum of minus-terms left out,     E upper >= I.

Proven: both inequalities, at every number of hidden runs, for every law and map that the bounds take; the confidence sequences for Gaussian block
means. Asymptotic: the confidence sequences for other block means, as the number of blocks grows (`confidence`); a block's mean is one of a thousand
terms with a finite variance, and near to Gaussian. Estimated: standard errors, and everything about derivatives, which are not bounded at all (`slopes`).
To halve the gap takes twice the hidden runs, and their least number grows like exp(I): where the gap or the sampling cannot be made small enough,
`answer` refuses, and says what interval was reached.
"""

from infograd.numeric.sandwich.estimate import Bound, Sandwich
from infograd.numeric.sandwich.method import METHOD, answer, sandwich

__all__ = ["METHOD", "Bound", "Sandwich", "answer", "sandwich"]
