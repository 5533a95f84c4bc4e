"""A demo with sentences on which networks disagree, for the details: no network and no oracle."""

from typing import Any

LABELS = ["O", "B-destination", "B-place_of_departure"]
NETWORKS = ["elman", "lstm", "gru"]


def sentence(words: str, *answers: list[int]) -> dict[str, Any]:
    """Return a sentence whose last word is in question, with the answer of each network."""
    targets = [0] * (len(words.split()) - 1) + [1]
    where = [len(targets) - 1]
    example = {"split": "test", "phenomenon": "all", "words": words.split(), "targets": targets, "oracle": None}
    return example | {"where": where, "answers": list(answers)}


def demo_sentences(*tasks: str) -> list[dict[str, Any]]:
    """Return a part for each task: on its first sentence elman is wrong alone, on its second gru."""
    right, wrong = [0, 1], [0, 2]
    return [
        {
            "task": task,
            "all_labels": LABELS,
            "architectures": NETWORKS,
            "copies": {"networks": [{"architecture": name} for name in NETWORKS]},
            "disagreements": [sentence("to taipei", wrong, right, right), sentence("to nome", right, right, wrong)],
        }
        for task in tasks
    ]
