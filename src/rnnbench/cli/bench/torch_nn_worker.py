"""One process with one run of torch.nn: reads a corpus, trains, and scores the same splits as a run of rnnbench.

It is the baseline of `rnnbench bench --against-processes`.
`python -m rnnbench.cli.bench.torch_nn_worker PLAN SEED RATE` trains the first combination of a job's plan and prints
its token accuracy on every split.
"""

import sys
from pathlib import Path

import torch

from rnnbench.cli.bench.torch_nn import TorchRun, torch_run
from rnnbench.data.batches import IGNORE_INDEX, Encoded
from rnnbench.data.corpus import read_corpus
from rnnbench.evaluation.scoring import SEQUENCES_AT_ONCE
from rnnbench.results.specifications import read_job
from rnnbench.training.combination import build_network, combination_from, encode_corpus
from rnnbench.training.loop import LR_SCHEDULES, Run, batch_order
from rnnbench.training.settings import Training


def main(plan: str, seed: int, learning_rate: float) -> None:
    """Train one run and print its token accuracy on every split."""
    torch.set_num_threads(1)
    job = read_job(plan)
    training, corpus = Training(**job.training), read_corpus(Path(job.data))
    feature_index, network = build_network(combination_from(**job.settings_of(job.combinations[0])), corpus)
    splits = encode_corpus(corpus, feature_index, network.window, torch.device("cpu"))
    run = torch_run(network, seed=seed, learning_rate=learning_rate)
    watched = [splits["train"].first(len(splits["validation"])), splits["validation"]]
    for epoch in range(training.epochs):
        batches = list(batch_order(splits["train"].lengths, [Run(seed, learning_rate)], epoch, training.batch))
        for i, batch in enumerate(batches):
            lr_factor = LR_SCHEDULES[training.schedule]((epoch + i / len(batches)) / training.epochs)
            run.adam.param_groups[0]["lr"] = learning_rate * lr_factor
            run.step(*token_batch(splits["train"], batch[0]))
        for split in watched:
            accuracy(run, split)
    print({name: accuracy(run, split) for name, split in splits.items()})


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
