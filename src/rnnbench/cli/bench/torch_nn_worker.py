"""One process with one run of torch.nn: reads a corpus, trains, and scores the same splits as a run of rnnbench.

It is the baseline of `rnnbench bench --against-processes`.
`python -m rnnbench.cli.bench.torch_nn_worker PLAN SEED RATE` trains the first combination of a job's plan and prints
its token accuracy on every split.
"""

import sys
from collections.abc import Iterator
from itertools import count, islice
from pathlib import Path

import torch

from rnnbench.cli.bench.torch_nn import TorchRun, torch_run
from rnnbench.data.batches import IGNORE_INDEX, Encoded
from rnnbench.data.corpus import read_corpus
from rnnbench.evaluation.scoring import SEQUENCES_AT_ONCE
from rnnbench.results.specifications import read_job
from rnnbench.training.combination import build_network, combination_from, encode_corpus
from rnnbench.training.loop import Run, batch_order
from rnnbench.training.settings import Training


def main(plan: str, seed: int, learning_rate: float) -> None:
    """Train one run for the maximum number of steps, and print its token accuracy on every split."""
    torch.set_num_threads(1)
    job = read_job(plan)
    training, corpus = Training(**job.training), read_corpus(Path(job.data), seed)
    feature_index, network = build_network(combination_from(**job.settings_of(job.combinations[0])), corpus)
    splits = encode_corpus(corpus, feature_index, network.window, torch.device("cpu"))
    run = torch_run(network, seed=seed, learning_rate=learning_rate)
    watched = [splits["train"].first(len(splits["validation"])), splits["validation"]]
    for step, sequences in enumerate(islice(_batches(splits["train"], seed, training.batch), training.max_steps), 1):
        run.step(*token_batch(splits["train"], sequences))
        if step % training.check == 0 or step == training.max_steps:
            for split in watched:
                accuracy(run, split)
    print({name: accuracy(run, split) for name, split in splits.items()})


def _batches(train: Encoded, seed: int, size: int) -> Iterator[torch.Tensor]:
    """Yield the indices (B,) of one batch after another, in the order in which a run of this seed reads them."""
    for epoch in count(1):
        for batch in batch_order({seed: train.lengths}, [Run(seed, 0.0)], epoch, size):
            yield batch[0]


def token_batch(encoded: Encoded, sequences: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Return the words (B, T), each as the index of its one dimension, and the targets (B, T) of sequences (B,)."""
    assert encoded.codes is not None
    assert (encoded.codes.lengths == 1).all(), "torch.nn.Embedding needs words with one dimension each"
    words = encoded.codes.dimensions[encoded.inputs[encoded.positions(sequences)[0]]]
    return words, encoded.targets_of(sequences)


def accuracy(run: TorchRun, encoded: Encoded) -> float:
    """Return the token accuracy."""
    right = 0
    for sequences in encoded.lengths.argsort().split(SEQUENCES_AT_ONCE):
        words, targets = token_batch(encoded, sequences)
        with torch.no_grad():
            right += int(((run.model(words).argmax(-1) == targets) & (targets != IGNORE_INDEX)).sum())
    return right / int(encoded.has_target.sum())


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), float(sys.argv[3]))
