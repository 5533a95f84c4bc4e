"""The meanings of the names in the tables. A name without an entry is shown as it is."""

from collections.abc import Iterable, Mapping

SPLITS = {
    "test": "sequences from the same distribution as the training split, none of them in it",
    "test_unseen": "cities that are not in the training split: only the context shows the slot",
    "test_typos": "every city has one wrong letter",
    "test_longer": "the cue and its slot are further apart than in any training sentence",
    "test_patterns": "sentence patterns that are not in the training split, made of words that are",
    "test_2x": "twice as long as the training sequences",
    "test_5x": "five times as long as the training sequences",
    "test_10x": "ten times as long as the training sequences",
    "pairs": "minimal pairs: two sequences that differ only in the cue or in the order of two words. A pair is right "
    "when both sequences are",
}
PHENOMENA = {
    "cue_before": "the cue of the slot comes before it, often with many words between",
    "cue_after": "the cue of the slot comes after it: the words before the slot do not show it",
    "switch": "two places, each with its own cue: the first must be replaced in memory by the second",
    "order": "places that are known by their order: of two without a cue, the first is the place of departure",
    "correction": "a place is taken back: it is in no slot, and the place that replaces it is",
    "homograph": "a word that is a city or a month here, and an ordinary word or a name elsewhere",
    "several_words": "a city of several words",
    "ambiguous": "a place without any cue: its slot cannot be known",
}
MEASURES = {
    "probe_word": "the word itself",
    "probe_position": "the position of the word, counted from the start",
    "probe_position_both_ends": "the position of the word, counted from the start and from the end",
    "probe_bag": "all words of the sentence, without their order",
    "probe_bag_word": "the word itself, and all words of the sentence without their order",
    "probe_left_3": "the word and the three before it",
    "probe_window_1": "the word and one on either side",
    "probe_window_2": "the word and two on either side",
    "probe_window_3": "the word and three on either side",
    "shared_text": "share of test sentences that are also in the training split, word for word",
    "shared_pattern": "the same after each slot is replaced by its name",
    "label_balance": "share of the most frequent label among the slot words: the accuracy of always answering it",
}
FACTS = {
    "sequences": "sequences",
    "positions": "words or steps",
    "longest": "longest sequence",
    "distinct_words": "different words",
    "unseen_words_share": "words not in training",
    "duplicates": "sequences that training has too (train: twice)",
    "labels": "labels",
    "untrained_labels": "labels not in training",
    "untrained_labels_share": "words with such a label",
}
VERDICT_SIGNS = {"supported": "✓", "contradicted": "✗", "equivalent": "=", "undecided": "?", "in part": "◐"}
"""The signs that stand for the verdicts on claims."""
ERRORS = {"loss": "loss", "squared_error": "mean squared error"}
"""Metrics of which lower values are better, with their names in a sentence."""


def display_name(name: str, names: Mapping[str, str]) -> str:
    """Return the name for readers of the page, or the name itself where it has none."""
    return names.get(name, name)


def meanings(names: Iterable[str], glossary: Mapping[str, str]) -> dict[str, str]:
    """Return the entries of a glossary for some names, each name once. Names without an entry are left out.

    >>> meanings(["order", "mine", "order"], {"order": "slots in another order"})
    {'order': 'slots in another order'}
    """
    return {name: glossary[name] for name in dict.fromkeys(names) if name in glossary}
