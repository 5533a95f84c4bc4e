"""One process, one run, with torch.nn: reads a corpus, trains, and scores what a run of the benchmark scores.

The other side of `rnnbench bench --against-processes`: `python -m rnnbench.bench.alone PLAN SEED RATE` trains the first
combination of a job's plan in this way and prints its token accuracy on every split.
"""

import json
import sys
from pathlib import Path

import torch

from rnnbench.cli.bench.torch_nn import TorchRun, torch_run
from rnnbench.data.batches import IGNORE_INDEX, Encoded
from rnnbench.data.corpus import read_corpus
from rnnbench.evaluation.scoring import SEQUENCES_AT_ONCE
from rnnbench.training.combination import build_network, combination_from, encode_corpus
from rnnbench.training.loop import LR_SCHEDULES, Run, batch_order
from rnnbench.training.settings import Training


def main(plan: str, seed: int, learning_rate: float) -> None:
    """Train one run."""
    torch.set_num_threads(1)
    job = json.loads(Path(plan).read_text(encoding="utf-8"))
    training, corpus = Training(**job["training"]), read_corpus(Path(job["data"]))
    codebook, network = build_network(combination_from(job, job["combinations"][0]), corpus)
    splits = encode_corpus(corpus, codebook, network.window, torch.device("cpu"))
    run = torch_run(network, seed=seed, learning_rate=learning_rate)
    watched = [splits["train"].first(len(splits["validation"])), splits["validation"]]
    for epoch in range(training.epochs):
        batches = list(batch_order(splits["train"].lengths, [Run(seed, learning_rate)], epoch, training.batch))
        for i, chosen in enumerate(batches):
            pace = LR_SCHEDULES[training.schedule]((epoch + i / len(batches)) / training.epochs)
            run.adam.param_groups[0]["lr"] = learning_rate * pace
            run.step(*words_of(splits["train"], chosen[0]))
        for split in watched:
            accuracy(run, split)
    print({name: accuracy(run, split) for name, split in splits.items()})


def words_of(encoded: Encoded, chosen: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Return words (B, T), by the dimension that stands for each, and targets (B, T)."""
    assert encoded.codes is not None
    assert (encoded.codes.lengths == 1).all(), "torch.nn.Embedding reads words that have one dimension each"
    words = encoded.codes.dimensions[encoded.inputs[encoded.places(chosen)[0]]]
    return words, encoded.targets_of(chosen)


def accuracy(run: TorchRun, encoded: Encoded) -> float:
    """Return the share of right answers."""
    right = 0
    for chosen in encoded.lengths.argsort().split(SEQUENCES_AT_ONCE):
        words, targets = words_of(encoded, chosen)
        with torch.no_grad():
            right += int(((run.model(words).argmax(-1) == targets) & (targets != IGNORE_INDEX)).sum())
    return right / int(encoded.has_target.sum())


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), float(sys.argv[3]))
