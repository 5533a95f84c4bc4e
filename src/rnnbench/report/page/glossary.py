"""What the names in the tables mean, in plain words; a name that is not here is shown as it is."""

from collections.abc import Iterable, Mapping

SPLITS = {
    "test": "sequences like those of training, none of them seen there",
    "test_unseen": "with cities that training never had: only the words around them can tell the slot",
    "test_typos": "every city has one letter wrong",
    "test_longer": "the cue and its slot stand further apart than in any sentence of training",
    "test_patterns": "sentence patterns that training never had, made of words that it had",
    "test_2x": "twice as long as the sequences of training",
    "test_5x": "five times as long as the sequences of training",
    "test_10x": "ten times as long as the sequences of training",
    "pairs": "two sequences that differ in the cue alone, or in the order of two words; a pair is right when neither "
    "has a mistake",
}
PHENOMENA = {
    "cue_before": "the cue that tells the slot stands before it, often with many words between",
    "cue_after": "the cue that tells the slot stands after it: nobody knows before having read on",
    "switch": "two places, each with its cue: what was remembered must be replaced",
    "order": "places known by their order: of two without a cue, the first is the place of departure",
    "correction": "something is taken back: that is in no slot, and what stands in its place is",
    "homograph": "a word that is a city or a month here, and a plain word or a name there",
    "several_words": "a city of several words",
    "ambiguous": "a place without any cue: nobody can know its slot",
}
MEASURES = {
    "probe_word": "the word itself",
    "probe_position": "its place, counted from the start",
    "probe_position_both_ends": "its place, counted from the start and from the end",
    "probe_bag": "all words of the sentence, in no order",
    "probe_bag_word": "the word itself, and all words of the sentence in no order",
    "probe_left_3": "the word and the three before it",
    "probe_window_1": "the word and one on either side",
    "probe_window_2": "the word and two on either side",
    "probe_window_3": "the word and three on either side",
    "shared_text": "share of test sentences that are also in training, word for word",
    "shared_pattern": "the same with the name of each slot in place of its words",
    "label_balance": "largest share of one label among the slot words: who always answers it is right so often",
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
ERRORS = {"loss": "loss", "squared_error": "mean squared error"}
"""Metrics in which less is better."""


def called(name: str, words: Mapping[str, str]) -> str:
    """Return what a name is called, or the name itself."""
    return words.get(name, name)


def described(names: Iterable[str], words: Mapping[str, str]) -> dict[str, str]:
    """Return the meanings that are known of some names, each name once.

    >>> told(["order", "mine", "order"], {"order": "slots in another order"})
    {'order': 'slots in another order'}
    """
    return {name: words[name] for name in dict.fromkeys(names) if name in words}
