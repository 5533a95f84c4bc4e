"""Ceilings, and statistics of encoders, on corpora small enough to work them out by hand."""

from collections import defaultdict

import numpy as np
import pytest

from helpers.expressions import EXACT, TWO_TAIPEIS, walks
from rnnbench.data.corpus import Corpus, split_of_words
from rnnbench.data.language.expressions import compile_automaton
from rnnbench.encoders.learned_embedding import LearnedEmbedding
from rnnbench.encoders.letter_trigram import LetterTrigram
from rnnbench.encoders.one_of_n import OneOfN
from rnnbench.encoders.one_of_n_other import OneOfNOther
from rnnbench.evaluation.ceilings import MAX_TRAINING_SEQUENCES, ceilings
from rnnbench.evaluation.corpus_stats import encoder_rows, fact_rows
from rnnbench.results.tables import frame
from rnnbench.tasks import Posteriors
from rnnbench.tasks.register import Register
from rnnbench.tasks.travel import PAIR, Travel

SPLITS = ("train", "validation", "test")
TRAIN, TEST = ["to", "to", "tö", "apple"], ["to", "apple", "ap", "gandalf"]
SCORES = ("token_accuracy", "slot_accuracy")


def corpus_of(sentences):
    return Corpus(dict.fromkeys((*SPLITS, "showcase"), split_of_words(sentences)))


def ceilings_of(*corpora, task=None):
    """Return (split, information, metric) -> row of the ceilings of whole splits."""
    rows = ceilings(task or Travel(), dict(enumerate(corpora))).rows
    assert len(frame("ceilings", rows)) == len(rows)
    return {(row["split"], row["information"], row["metric"]): row for row in rows if row["phenomenon"] == "all"}


def test_ceilings_of_the_lectures_pair():
    """The word alone does not distinguish the two Taipeis: three words get the same answer in both sentences."""
    rows = ceilings_of(corpus_of(PAIR))
    for split in SPLITS:
        assert rows[split, "word", "token_accuracy"]["realised"] == pytest.approx(7 / 10)
        assert rows[split, "word", "slot_accuracy"]["realised"] == pytest.approx(3 / 6)
        for information in ("prefix", "sentence"):
            assert {row["realised"] for key, row in rows.items() if key[:2] == (split, information)} == {1.0}
        # Of the words so far, another label is possible; of the whole sentence none is.
        assert 0.95 < rows[split, "prefix", "token_accuracy"]["value"] < 0.99
        assert rows[split, "sentence", "token_accuracy"]["value"] == pytest.approx(1)
    assert {split for split, _, _ in rows} == set(SPLITS)


def test_expectations_do_not_depend_on_the_labels_that_were_drawn():
    """The same words with the labels of the other side: what the word alone lets one expect stays the same."""
    arrive, leave = (corpus_of([sentence]) for sentence in PAIR)
    swapped = corpus_of([(PAIR[0].words, PAIR[1].labels, PAIR[0].tags)])
    expected = [
        [ceilings_of(corpus)["test", "word", metric]["value"] for metric in SCORES] for corpus in (arrive, swapped)
    ]
    assert expected[0] == expected[1]
    realised = [
        ceilings_of(corpus)["test", "word", "token_accuracy"]["realised"] for corpus in (arrive, leave, swapped)
    ]
    assert realised[0] != realised[2]
    assert realised[0] + realised[1] == pytest.approx(7 / 5)


def test_a_guess_that_no_split_has_as_a_label_is_a_wrong_one():
    """Each of the two sentences is a corpus: for one of them the best answer is a label that only the other has."""
    arrive, leave = (ceilings_of(corpus_of([sentence])) for sentence in PAIR)
    metrics = "token_accuracy", "slot_f1"
    tokens, slots = (sum(rows["test", "word", metric]["realised"] for rows in (arrive, leave)) for metric in metrics)
    assert tokens == pytest.approx(7 / 5)
    assert slots <= 1


class Tiny(Travel):
    """A language small enough to enumerate."""

    def posteriors(self, name, split):
        automaton = compile_automaton(TWO_TAIPEIS)
        words = (words.tolist() for words in split.sequences)
        return Posteriors(automaton.labels, automaton.posteriors_of(words))


def enumerated(sentences, information):
    """Return the expected token and slot accuracy over the sentences of TWO_TAIPEIS with these words.

    The labels are those of all walks that write the words, with their probabilities; the tagger answers with the
    likeliest label at each position, of those that it cannot distinguish by what it sees.
    """
    language = list(walks(TWO_TAIPEIS))

    def seen(words, t):
        return {"word": words[t], "prefix": words[: t + 1], "sentence": (t, words)}[information]

    right, slots, positions, slots_right = 0.0, 0.0, 0, 0.0
    for words in sentences:
        for t in range(len(words)):
            weights = defaultdict(float)
            for p, (others, labels, _) in language:
                for u in range(len(others)):
                    same = seen(others, u) == seen(words, t) and (information == "word" or u == t)
                    weights[labels[u]] += p * same
            total = sum(weights.values())
            best = max(weights, key=weights.get)
            positions += 1
            right += weights[best] / total
            slots += 1 - weights["O"] / total
            slots_right += weights[best] / total * (best != "O")
    return right / positions, slots_right / slots


@pytest.mark.parametrize("information", ["word", "prefix", "sentence"])
def test_expectations_are_those_of_enumeration(information):
    sentences = sorted({sentence.words: sentence for _, sentence in walks(TWO_TAIPEIS)}.values())
    rows = ceilings_of(corpus_of(sentences), task=Tiny())
    expected = enumerated([sentence.words for sentence in sentences], information)
    values = [rows["test", information, metric]["value"] for metric in SCORES]
    np.testing.assert_allclose(values, expected, rtol=EXACT)


def test_the_realised_scores_of_many_corpora_agree_with_the_expectation():
    """Sixty corpora: the mean difference lies within four standard errors, which are below 0.004."""
    task = Travel(train=1, validation=300, test=2, extra=2)
    worlds = [ceilings_of(task.world(seed).generate(), task=task) for seed in range(60)]
    for information in ("word", "prefix", "sentence"):
        for metric in SCORES:
            rows = [world["validation", information, metric] for world in worlds]
            difference = np.array([row["value"] - row["realised"] for row in rows])
            error = difference.std(ddof=1) / len(rows) ** 0.5
            assert error < 0.004
            assert abs(difference.mean()) < 4 * error


def test_the_ceiling_of_several_corpora_is_their_mean():
    corpora = [corpus_of(sentences) for sentences in (PAIR, PAIR[:1], PAIR[1:])]
    one_by_one, together = [ceilings_of(corpus) for corpus in corpora], ceilings_of(*corpora)
    for key, row in together.items():
        values = [rows[key]["value"] for rows in one_by_one]
        assert row["value"] == pytest.approx(np.mean(values))
        assert row["realised"] == pytest.approx(np.mean([rows[key]["realised"] for rows in one_by_one]))
        assert row["standard_error"] == pytest.approx(np.std(values, ddof=1) / 3**0.5)
    assert all(np.isnan(row["standard_error"]) for row in one_by_one[0].values())


def test_each_seed_has_the_counts_of_its_own_corpus():
    counts = ceilings(Travel(), {3: corpus_of(PAIR), 8: corpus_of(PAIR[:1])}).counts
    assert counts[3]["test"]["prefix"]["right"] == [5, 5]
    assert counts[8]["test"]["prefix"]["right"] == counts[8]["test"]["word"]["counted"] == [5]
    assert {*counts[3]} == {"test"}


def test_ceilings_of_the_lectures_register():
    """There are two targets, 7 and 6: a tagger that sees the step alone answers 0, the most frequent memory."""
    task = Register(train=1, validation=1, test=1)
    corpus = Corpus(dict.fromkeys(SPLITS, task.generate().splits["showcase"]))
    scores = {(row["information"], row["metric"]): row["value"] for row in ceilings(task, {0: corpus}).rows}
    metrics = ("token_accuracy", "sequence_accuracy")
    assert scores == {(kind, m): float(kind != "word") for kind in ("word", "prefix", "sentence") for m in metrics}


def test_of_a_large_training_split_the_first_sentences_are_enough():
    corpus = corpus_of([PAIR[0]] * MAX_TRAINING_SEQUENCES)
    larger = Corpus({**corpus.splits, "train": split_of_words([PAIR[0]] * MAX_TRAINING_SEQUENCES + [PAIR[1]] * 9)})
    realised = [{key: row["realised"] for key, row in ceilings_of(each).items()} for each in (corpus, larger)]
    assert realised[0] == realised[1]


def test_statistics_of_encoders():
    """Of the four training words, "to" occurs twice; "ap" and "gandalf" are unseen."""
    splits = {"train": TRAIN, "validation": TEST, "test": TEST}
    corpus = Corpus({name: split_of_words([(words, ["O"] * len(words))]) for name, words in splits.items()})
    trigrams = [LetterTrigram(boundary=False), LetterTrigram(name="marked")]
    encoders = [OneOfN(), OneOfNOther(), LearnedEmbedding(), *trigrams]
    rows = encoder_rows(Travel(), [corpus], encoders)
    assert len(frame("encoders", rows)) == len(encoders)
    by_encoder = {row["encoder"]: row for row in rows}
    assert {row["training_words"] for row in rows} == {3}
    assert {row["unseen_share"] for row in rows} == {2 / 4}

    def figures(name):
        return tuple(by_encoder[name][key] for key in ("dimension", "codes", "collisions", "uncoded_share"))

    assert figures("one_of_n") == (3, 3, 0, 2 / 4)
    # No training word is "other", but the unseen ones are.
    assert figures("one_of_n_other") == figures("learned_embedding") == (4, 4, 0, 0)
    # Without boundary marks "to", "tö" and "ap" are too short, and no training word has a trigram of "gandalf".
    assert figures("letter_trigram") == (26**3, 3, 2, 3 / 4)
    # #to to# and #ap app ppl ple le#; "ap" has #ap.
    assert figures("marked") == (27**3, 7, 2, 1 / 4)


def test_numbers_have_no_encoders():
    task = Register(train=1, validation=1, test=1)
    assert encoder_rows(task, [task.generate()], [OneOfN()]) == []


def test_facts_and_codes_are_means_over_the_corpora():
    task = Travel()
    short, long = (
        Corpus(dict.fromkeys(SPLITS, split_of_words([(words, ["O"] * len(words))]))) for words in (["to"], TRAIN)
    )
    facts = {(row["split"], row["fact"]): row["value"] for row in fact_rows(task, [short, long])}
    assert facts["train", "positions"] == (1 + 4) / 2
    assert facts["test", "distinct_words"] == (1 + 3) / 2
    assert facts["test", "duplicates"] == 1
    assert facts["train", "duplicates"] == 0
    (row,) = encoder_rows(task, [short, long], [OneOfN()])
    assert (row["dimension"], row["codes"], row["training_words"]) == ((1 + 3) / 2,) * 3
    assert len(frame("corpora", fact_rows(task, [short, long]))) == len(facts)
    assert len(frame("encoders", [row])) == 1
