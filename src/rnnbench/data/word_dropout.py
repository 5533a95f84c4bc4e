"""Word dropout: in training a word is now and then read as "other", so that the network learns what to do with it."""

from dataclasses import dataclass, replace

import numpy as np
import torch

from rnnbench.common.randomness import generator
from rnnbench.common.typing import Array
from rnnbench.data.batches import Encoded, with_windows
from rnnbench.encoders import FeatureIndex


@dataclass(frozen=True)
class WordDropout:
    """The training split as each epoch shows it: every word becomes "other" with a probability of its own."""

    words: Encoded
    """The split before windows; the last of its codes is that of "other"."""
    probability: Array
    """(S,) how probably the word at each position becomes "other"."""
    window: int

    def drawn(self, seed: int, epoch: int) -> Encoded:
        """Return the split as an epoch shows it to the runs of a seed; only words differ, never shapes."""
        assert self.words.codes is not None
        dropped = generator(purpose="word dropout", seed=seed, epoch=epoch).random(len(self.probability))
        where = torch.from_numpy(dropped < self.probability).to(self.words.inputs.device)
        other = len(self.words.codes.lengths) - 1
        return with_windows(replace(self.words, inputs=self.words.inputs.masked_fill(where, other)), self.window)


def word_dropout(words: Encoded, inputs: Array, feature_index: FeatureIndex | None, window: int) -> WordDropout | None:
    """Return the word dropout of a training split with these inputs (S,); None where no word can become "other".

    `words` is the split without windows.
    """
    if feature_index is None or feature_index.dropout is None:
        return None
    # By the words' numbers: comparing the words themselves takes several times as long.
    _, first, where = np.unique(words.inputs.cpu().numpy(), return_index=True, return_inverse=True)
    probability = np.array([feature_index.dropout(word) for word in inputs[first]])
    return WordDropout(words, probability[where.reshape(-1)], window) if probability.any() else None
