"""Ceilings, and statistics of encoders, on corpora small enough to work them out by hand."""

import pytest

from rnnbench.data.corpus import Corpus, split_of_words
from rnnbench.encoders.learned_embedding import LearnedEmbedding
from rnnbench.encoders.letter_trigram import LetterTrigram
from rnnbench.encoders.one_of_n import OneOfN
from rnnbench.encoders.one_of_n_other import OneOfNOther
from rnnbench.evaluation.ceilings import ceilings
from rnnbench.evaluation.corpus_stats import encoder_rows
from rnnbench.results.tables import frame
from rnnbench.tasks.register import Register
from rnnbench.tasks.travel import PAIR, Travel

SPLITS = ("train", "validation", "test")
TRAIN, TEST = ["to", "to", "tö", "apple"], ["to", "apple", "ap", "gandalf"]


def corpus_of(sentences):
    return Corpus(dict.fromkeys((*SPLITS, "showcase"), split_of_words(sentences)))


def ceilings_of(corpus):
    rows = [row for row in ceilings(Travel(), corpus).rows if row["phenomenon"] == "all"]
    assert len(frame("ceilings", rows)) == len(rows)
    return {(row["split"], row["information"], row["metric"]): row["value"] for row in rows}


def test_ceilings_of_the_lectures_pair():
    """The word alone does not distinguish the two Taipeis: three words get the same answer in both sentences."""
    scores = ceilings_of(corpus_of(PAIR))
    for split in SPLITS:
        assert scores[split, "word", "token_accuracy"] == pytest.approx(7 / 10)
        assert scores[split, "word", "slot_accuracy"] == pytest.approx(3 / 6)
        for information in ("prefix", "sentence"):
            assert {value for key, value in scores.items() if key[:2] == (split, information)} == {1.0}
    assert {split for split, _, _ in scores} == set(SPLITS)


def test_a_guess_that_no_split_has_as_a_label_is_a_wrong_one():
    """Each of the two sentences is a corpus: for one of them the best answer is a label that only the other has."""
    arrive, leave = (ceilings_of(corpus_of([sentence])) for sentence in PAIR)
    assert arrive["test", "word", "token_accuracy"] + leave["test", "word", "token_accuracy"] == pytest.approx(7 / 5)
    assert arrive["test", "word", "slot_f1"] + leave["test", "word", "slot_f1"] <= 1


def test_ceilings_of_the_lectures_register():
    """There are two targets, 7 and 6: a tagger that sees the step alone answers 0, the most frequent memory."""
    task = Register(train=1, validation=1, test=1)
    corpus = Corpus(dict.fromkeys(SPLITS, task.generate().splits["showcase"]))
    scores = {(row["information"], row["metric"]): row["value"] for row in ceilings(task, corpus).rows}
    metrics = ("token_accuracy", "sequence_accuracy")
    assert scores == {(kind, m): float(kind != "word") for kind in ("word", "prefix", "sentence") for m in metrics}


def test_statistics_of_encoders():
    """Of the four training words, "to" occurs twice; "ap" and "gandalf" are unseen."""
    splits = {"train": TRAIN, "validation": TEST, "test": TEST}
    corpus = Corpus({name: split_of_words([(words, ["O"] * len(words))]) for name, words in splits.items()})
    trigrams = [LetterTrigram(boundary=False), LetterTrigram(name="marked")]
    encoders = [OneOfN(), OneOfNOther(), LearnedEmbedding(), *trigrams]
    rows = encoder_rows(Travel(), corpus, encoders)
    assert len(frame("encoders", rows)) == len(encoders)
    by_encoder = {row["encoder"]: row for row in rows}
    assert {row["training_words"] for row in rows} == {3}
    assert {row["unseen_share"] for row in rows} == {2 / 4}

    def figures(name):
        return tuple(by_encoder[name][key] for key in ("dimension", "codes", "collisions", "uncoded_share"))

    assert figures("one_of_n") == (3, 3, 0, 2 / 4)
    # "tö" and "apple" occur once, and so they are "other".
    assert figures("one_of_n_other") == figures("learned_embedding") == (2, 2, 2, 0)
    # Without boundary marks "to", "tö" and "ap" are too short, and no training word has a trigram of "gandalf".
    assert figures("letter_trigram") == (26**3, 3, 2, 3 / 4)
    # #to to# and #ap app ppl ple le#; "ap" has #ap.
    assert figures("marked") == (27**3, 7, 2, 1 / 4)


def test_numbers_have_no_encoders():
    task = Register(train=1, validation=1, test=1)
    assert encoder_rows(task, task.generate(), [OneOfN()]) == []
