"""What other test sequences would have said."""

import numpy as np
import pytest

from rnnbench.statistics import paired_difference
from rnnbench.statistics.sequences import sequences_interval

SEQUENCES = 400


def counts(rng, share, seeds=3):
    counted = rng.integers(3, 12, size=SEQUENCES)
    return {"right": rng.binomial(counted, share, size=(seeds, SEQUENCES)), "counted": np.tile(counted, (seeds, 1))}


def test_of_a_share_it_is_as_wide_as_the_exact_formula_says():
    """One seed each: the standard error of a paired difference of ratios is known."""
    rng = np.random.default_rng(0)
    first = counts(rng, 0.9, seeds=1)
    second = {"right": np.minimum(first["right"], rng.binomial(first["counted"], 0.85)), "counted": first["counted"]}
    exact = paired_difference(first["right"][0], second["right"][0], first["counted"][0])
    found = sequences_interval(first, second, "token_accuracy", rng, draws=4000)
    assert found.value == pytest.approx(exact.value)
    assert (found.high - found.low) / (2 * 1.96) == pytest.approx(exact.standard_error, rel=0.05)


def test_a_network_against_itself_differs_by_nothing():
    rng = np.random.default_rng(0)
    same = counts(rng, 0.8)
    assert sequences_interval(same, same, "token_accuracy", rng) == (0, 0, 0)


def test_slot_f1_is_the_f1_of_all_slots():
    """Ten slots wanted, nine found of which eight are right: 16 / 19; the other finds nothing."""
    first = {"found": [[4, 5]], "wanted": [[5, 5]], "same": [[4, 4]], "right": [[9, 9]], "counted": [[9, 9]]}
    first |= {
        "slot_right": [[5, 5]],
        "slot_counted": [[5, 5]],
        **{f"{n}_strict": first[n] for n in ("found", "wanted", "same")},
    }
    arrays = {name: np.array(values) for name, values in first.items()}
    nothing = arrays | {name: 0 * arrays[name] for name in ("found", "same")}
    found = sequences_interval(arrays, nothing, "slot_f1", np.random.default_rng(0), draws=100)
    assert found.value == pytest.approx(16 / 19)
    assert found.low <= found.value <= found.high


def test_it_covers_the_true_difference():
    """Sequences drawn anew 300 times from the same two networks."""
    rng, hits = np.random.default_rng(0), 0
    for _ in range(300):
        first, second = counts(rng, 0.90, seeds=1), counts(rng, 0.88, seeds=1)
        second["counted"] = first["counted"]
        second["right"] = rng.binomial(first["counted"], 0.88)
        interval = sequences_interval(first, second, "token_accuracy", rng, draws=300)
        hits += interval.low <= 0.02 <= interval.high
    assert hits / 300 == pytest.approx(0.95, abs=0.04)
