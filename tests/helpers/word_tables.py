"""Tables of encoders x networks on travel, and on two sizes of a smaller travel, with scores that are chosen."""

from itertools import product
from typing import Any

from helpers.report_rows import row
from rnnbench.report.views.queries import Tables
from rnnbench.results.schemas import SCHEMAS
from rnnbench.results.tables import frame

SEEDS = tuple(range(8))
ENCODERS = ("one_of_n", "one_of_n_other", "letter_trigram", "learned_embedding")
NETWORKS = ("elman", "lstm", "bidirectional_lstm")
FAMILY = {"small train=100": 100, "small train=400": 400, "small train=1600": 1600}
LEVELS = {
    "test": (0.95, 0.95, 0.94, 0.93),
    "test_unseen": (0.70, 0.85, 0.60, 0.80),
    "test_typos": (0.75, 0.80, 0.90, 0.78),
}
"""Split -> the level of each encoder."""
GAIN = (0.0, 0.01, 0.04)
"""What each network adds to the level of its encoder."""
PARAMETERS = {"elman": 20_000, "lstm": 80_000, "bidirectional_lstm": 160_000}
SIZE_OF = {"one_of_n": 1.0, "one_of_n_other": 1.1, "letter_trigram": 2.0, "learned_embedding": 0.25}


def noise(seed: int, encoder: str, network: str) -> float:
    """Return what a seed adds: a part that all share, and a small part of its own with the mean 0 over seeds."""
    own = (ENCODERS.index(encoder) + 2 * NETWORKS.index(network)) % 4
    return 0.01 * (seed % 4 - 1.5) + 0.0004 * ((1, -1)[(seed >> own % 3) & 1])


def word_tables(
    *, seeds: tuple[int, ...] = SEEDS, encoders: tuple[str, ...] = ENCODERS, networks: tuple[str, ...] = NETWORKS,
    splits: tuple[str, ...] = tuple(LEVELS), family: bool = True, kind: str = "travel",
) -> Tables:  # fmt: skip
    """Return the tables; with the defaults of everything, or of some of it."""
    rows: dict[str, list[dict[str, Any]]] = {name: [] for name in SCHEMAS}
    tasks = {"travel": encoders} | (dict.fromkeys(FAMILY, (encoders[0], encoders[-2])) if family else {})
    for task, reads in tasks.items():
        for encoder, network, seed in product(reads, networks, seeds):
            _run(rows, task, encoder, network, seed, splits if task == "travel" else ("test",))
        for encoder in reads:
            described = {"task": task, "encoder": encoder, "kind": encoder}
            words = {"dimension": 27**3 if encoder == "letter_trigram" else 1000, "training_words": 1000}
            rows["encoders"].append(row("encoders", described, **words, collisions=12 * (encoder == "letter_trigram")))
        fact = {"task": task, "kind": kind, "family": "small" if task in FAMILY else task}
        rows["corpora"].append(
            row("corpora", fact, split="train", fact="sequences", value=float(FAMILY.get(task, 30_000)))
        )
    for network in networks:
        rows["architectures"].append(
            row("architectures", {"architecture": network}, bidirectional=network.startswith("bidirectional"))
        )
    _sentences(rows, encoders[0], networks[0])
    return {name: frame(name, values) for name, values in rows.items()}


def _run(rows: dict[str, list], task: str, encoder: str, network: str, seed: int, splits: tuple[str, ...]) -> None:
    key = {"task": task, "encoder": encoder, "architecture": network, "seed": seed, "learning_rate": 0.01}
    size = round(PARAMETERS[network] * SIZE_OF[encoder])
    sizes = {"parameters": size, "parameters_input": size - 5000, "parameters_recurrent": 4000}
    rows["runs"].append(row("runs", key, selected=True, status="done", **sizes, parameters_readout=1000))
    for split in splits:
        level = LEVELS[split][ENCODERS.index(encoder)] - (0.4 if task in FAMILY else 0.0)
        value = level - 0.05 + GAIN[NETWORKS.index(network)] + noise(seed, encoder, network)
        rows["scores"].append(row("scores", key, selected=True, split=split, metric="slot_f1", value=value))
    if task == "travel":
        after = {"split": "test", "phenomenon": "cue_after", "metric": "slot_f1"}
        value = (0.9 if network.startswith("bidirectional") else 0.4) + noise(seed, encoder, network)
        rows["phenomena"].append(row("phenomena", key, **after, value=value))


def _sentences(rows: dict[str, list], encoder: str, network: str) -> None:
    """Add the lecture's two sentences: the word that they share is in two slots."""
    key = {"task": "travel", "encoder": encoder, "architecture": network, "seed": 0, "learning_rate": 0.01}
    for number, (verb, slot) in enumerate((("arrive", "B-destination"), ("leave", "B-place_of_departure"))):
        for place, (word, target) in enumerate(((verb, "O"), ("taipei", slot))):
            for output in ("O", "B-destination", "B-place_of_departure"):
                example = {"sequence": number, "position": place, "input": word, "target": target, "output": output}
                rows["showcase"].append(row("showcase", key, **example, value=float(target == output)))
