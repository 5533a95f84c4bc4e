"""What a number of blocks can show at all, before anything is trained: it needs no result, and so knows none."""

from functools import lru_cache
from math import ceil, floor, log2

from scipy.special import nctdtrinc, stdtrit

from rnnbench.analysis.statistics.paired import LEVEL, MAX_EXACT_BLOCKS, RANDOM_FLIPS

POWER = 0.8
"""Probability with which a difference of the detectable size is found."""


def least_p(n: int, tests: int) -> float:
    """Return the smallest p-value that n blocks can have in a family of so many tests (flipped signs, Holm).

    >>> least_p(5, 1), least_p(10, 18), least_p(2, 18)
    (0.0625, 0.03515625, 1.0)
    """
    single = 2.0 ** (1 - n) if n <= MAX_EXACT_BLOCKS else max(2.0 ** (1 - n), 1 / (RANDOM_FLIPS + 1))
    return min(1.0, tests * single)


def claimable(n: int, tests: int) -> bool:
    """Return whether n blocks can show any difference in a family of so many tests.

    >>> claimable(5, 1), claimable(6, 1), claimable(9, 18), claimable(10, 18)
    (False, True, False, True)
    """
    return least_p(n, tests) <= LEVEL


def blocks_needed(tests: int) -> int:
    """Return the smallest number of blocks that can show a difference in a family of so many tests.

    >>> blocks_needed(1), blocks_needed(18)
    (6, 10)
    """
    return max(1, ceil(1 + log2(max(tests, 1) / LEVEL)))


@lru_cache(maxsize=256)
def detectable(n: int, tests: int) -> float:
    """Return the smallest mean difference that n blocks find four times in five, in a family of so many tests.

    The unit is the standard deviation of a block's paired difference. It is that of a paired t-test (noncentral t with
    n - 1 degrees of freedom; Cohen 1988, Statistical Power Analysis, section 2.4) at the level of Holm's first step,
    5 % divided by the number of tests, and so on the safe side. With few blocks only some levels exist, since p is a
    multiple of 2 / 2^n: then the level is the largest of these. Infinite where nothing can be claimed.

    >>> round(detectable(20, 1), 2), round(detectable(20, 18), 2), detectable(5, 1)
    (0.66, 0.97, inf)
    """
    if not claimable(n, tests):
        return float("inf")
    level = LEVEL / tests
    if n <= MAX_EXACT_BLOCKS:
        level = floor(level * 2 ** (n - 1) + 1e-9) / 2 ** (n - 1)
    critical = stdtrit(n - 1, 1 - level / 2)
    return float(nctdtrinc(n - 1, 1 - POWER, critical)) / n**0.5


def power_text(n: int, tests: int) -> str:
    """Return in a line what n seeds can show in a family of so many tests.

    >>> power_text(5, 1)
    'with 5 seeds no difference can be claimed: the least p-value is 0.0625, not 0.05; 6 seeds or more can'
    >>> power_text(20, 18)
    'with 20 seeds a difference of 1.0 standard deviations is found four times in five (18 tests together)'
    """
    seeds = "1 seed" if n == 1 else f"{n} seeds"
    family = f" of {tests} tests" if tests > 1 else ""
    if not claimable(n, tests):
        least = f"the least p-value{family} is {least_p(n, tests):.3g}, not {LEVEL:g}"
        return f"with {seeds} no difference can be claimed: {least}; {blocks_needed(tests)} seeds or more can"
    together = f" ({tests} tests together)" if tests > 1 else ""
    size = f"{detectable(n, tests):.1f} standard deviations"
    return f"with {seeds} a difference of {size} is found four times in five{together}"
