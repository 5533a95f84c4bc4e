"""The corpora of all blocks of a task, read when they are asked for."""

from pathlib import Path

from rnnbench.data.corpus import Corpus, read_corpus


class Corpora(dict[int, Corpus]):
    """Seed -> the corpus of its world, from a file that `write_corpora` wrote; each is read once."""

    def __init__(self, path: Path | str) -> None:
        super().__init__()
        self.path = Path(path)

    def __missing__(self, seed: int) -> Corpus:
        self[seed] = read_corpus(self.path, seed)
        return self[seed]
