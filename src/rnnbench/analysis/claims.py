"""The claims of the lecture and of papers as data: which scores of which networks decide on each."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from rnnbench.analysis.contrast_names import ContrastName
from rnnbench.common.registry import Name
from rnnbench.data.corpus import ALL

ClaimedRelation = Literal["above", "below", "same", "at least"]
"""How the score of the first side compares with that of the second; at least: it is below by the margin at most."""
Side = Literal["architecture", "encoder"]
"""What two sides of a contrast are; they agree in the other one."""
Family = Literal["lecture", "papers", "encoders", "yours", "exact"]
"""Tests whose p-values are corrected together. What is exact is counted and not tested, and so in no such family."""
LECTURE = "the lecture"
"""The source of the lecture's claims."""
LEAST_SLOTS = "one slot in 200: a smaller difference would decide nobody's choice of a network"
LEAST_PART = "one slot in 100 of those that show the phenomenon, which are a small part of all"
LEAST_MEMORY = "a fiftieth of the way from no memory to the oracle"
LEAST_GAP = "with many sentences the gap is small: a margin of 0.005 would hide most of it"


@dataclass(frozen=True)
class Contrast:
    """Two architectures, or two encoders, whose scores are compared to test a claim; or one that is compared with 0."""

    first: str
    second: str
    """"" for none: then the score of the first itself is tested."""
    task: str
    """A task's label, or the name of a family of tasks, which all have the same weight."""
    metric: str
    wanted: ClaimedRelation
    """How the first's score compares with the second's (or 0) by the claim."""
    margin: float
    """Differences smaller than this do not matter."""
    why: str
    """Why this contrast tests the sentence of the claim, and what decides it."""
    reason: str = ""
    """Why smaller differences than the margin do not matter."""
    split: str = "test"
    phenomenon: str = ALL
    minus_phenomenon: str = ""
    """Another phenomenon whose score is subtracted first: then the contrast tests where the difference is larger."""
    over: Side = "architecture"

    @property
    def name(self) -> str:
        """Return the name of the contrast in tables."""
        sides = (self.first, self.second)
        return ContrastName(*sides, self.task, self.split, self.phenomenon, self.minus_phenomenon).text


@dataclass(frozen=True)
class ExactScore:
    """A score that every run must have exactly: a proof, not a test."""

    first: str
    task: str
    metric: str
    value: float
    why: str
    split: str = "test"

    @property
    def name(self) -> str:
        """Return the name in tables."""
        return f"{self.first} on {self.task} ({self.split})"


@dataclass(frozen=True)
class WeightRatio:
    """A ratio of numbers of weights, which is counted, not tested: recurrent weights of a layer at equal width."""

    first: str
    second: str
    claimed: float
    """The claimed number of the first divided by that of the second."""
    why: str
    metric: str = "weights"

    @property
    def name(self) -> str:
        """Return the name of the contrast in tables."""
        return f"recurrent weights of {self.first} over those of {self.second}"


@dataclass(frozen=True)
class InputWeights:
    """Where the first encoder needs fewer input weights than the second: in larger vocabularies alone. Counted."""

    first: str
    second: str
    why: str
    metric: str = "input_weights"

    @property
    def name(self) -> str:
        """Return the name in tables."""
        return f"input weights behind {self.first} over those behind {self.second}"


@dataclass(frozen=True)
class Collisions:
    """The share of training words whose code another one has too, claimed to be 0. Counted."""

    first: str
    why: str
    metric: str = "collisions"

    @property
    def name(self) -> str:
        """Return the name in tables."""
        return f"words that share their code, {self.first}"


Counted = ExactScore | WeightRatio | InputWeights | Collisions
"""Tests that count: other seeds would not change them."""


@dataclass(frozen=True)
class Claim:
    """A claim of the lecture, of a paper or of the user, and the contrasts that test it."""

    name: str
    sentence: str
    chinese: str
    """The lecture's own words, or a translation of a paper's claim; "" for a claim of the user."""
    tests: tuple[Contrast | Counted, ...]
    source: str = LECTURE
    family: Family = "lecture"


def _slots(first: str, second: str, why: str, wanted: ClaimedRelation = "above", task: str = "travel") -> Contrast:
    """Return the contrast of two architectures in slot F1 on the test split."""
    return Contrast(first, second, task, "slot_f1", wanted, 0.005, why, LEAST_SLOTS)


def _with_memory(why: str, phenomenon: str) -> Contrast:
    """Return the contrast of the simplest network with a memory and the one without, on slots of a phenomenon."""
    return Contrast(
        "elman", "feed_forward", "travel", "slot_accuracy", "above", 0.01, why, LEAST_PART, phenomenon=phenomenon
    )


def _memory(first: str, second: str, task: str, wanted: ClaimedRelation, why: str) -> Contrast:
    """Return the contrast of two architectures in the calibrated score of a memory task."""
    return Contrast(first, second, task, "calibrated_score", wanted, 0.02, why, LEAST_MEMORY)


def _gap(task: str, margin: float, reason: str, why: str, split: str = "gap") -> Contrast:
    """Return the contrast of GRU and LSTM in how much they overfit."""
    return Contrast("gru", "lstm", task, "slot_f1", "below", margin, why, reason, split)


FEW = "train minus test, learnt from few sentences, at several sizes of the training split"
LATE = "train minus validation in the end, not where validation was best"
ONE_INPUT = "the two sentences of a pair differ in the cue alone, and the word that both share has two labels"
ANSWER = (
    "it stores its answer, as many numbers as there are labels, fewer than Elman's units unless states are equal; "
    "between a cue and its slot the answer is O, so that only small differences of its probabilities can hold the cue"
)
TARGET = (
    "with the true label fed back in training: between a cue and its slot that is O, a label that cannot hold the cue"
)
OVERWRITTEN = "a symbol must be kept over a lag, and nothing else counts"
CLAIMS = (
    Claim(
        "F1",
        "A feed-forward network gives the same output to the same input, so it cannot tell the two Taipeis apart.",
        "input一样的东西output就应该是一样的东西",
        (ExactScore("feed_forward", "travel", "pair_accuracy", 0.0, ONE_INPUT, "pairs"),),
    ),
    Claim(
        "R1",
        "A recurrent network can give different outputs to the same input.",
        "对Recurrent Neural Network来说，你就算input一样的东西，它的output是可能不一样了(因为有memory)",
        (Contrast("elman", "feed_forward", "travel", "pair_accuracy", "above", 0.01, ONE_INPUT, LEAST_PART, "pairs"),),
    ),
    Claim(
        "R2",
        "Changing the order of the sequence changes the output.",
        "input sequence调换顺序之后output不同",
        (
            Contrast(
                "elman",
                "feed_forward",
                "order",
                "pair_accuracy",
                "above",
                0.01,
                "the two sequences of a pair have the same symbols in another order and another answer: a network that "
                "answers both alike gets no pair right",
                "one pair in 100",
                "pairs",
            ),
            _with_memory("these places are known by their order alone", "order"),
        ),
    ),
    Claim(
        "R3",
        "With a memory the network can give Taipei two labels.",
        "有了memory以后，刚才我们讲了输入同一个词汇，我们希望output不同的问题就有可能被解决",
        (_with_memory("the cue that tells the slot stands before it, so only a memory can know it", "cue_before"),),
    ),
    Claim(
        "J1",
        "A Jordan network performs better than an Elman network, since its memory has a target.",
        "传说Jordan network会得到好的performance",
        (
            _slots("jordan", "elman", ANSWER),
            _slots("jordan", "elman_narrow", "elman_narrow keeps as many numbers as there are labels, as jordan does"),
            _slots("jordan_target", "elman", TARGET),
            _slots("bidirectional_jordan", "bidirectional_elman", f"in two directions; {ANSWER}"),
        ),
    ),
    Claim(
        "B1",
        "A bidirectional network performs better, since it has seen the whole sentence, not half of it.",
        "等于看了整个sentence后，才决定每一个词汇的slot应该是什么。这样会比看sentence的一半还要得到更好的performance",
        tuple(
            _slots(
                f"bidirectional_{cell}", cell, "some cues come after their slot: one direction cannot have read them"
            )
            for cell in ("elman", "lstm", "gru")
        ),
    ),
    Claim(
        "L1",
        "The memory of a simple recurrent network is overwritten at every step; an LSTM remembers longer.",
        "Long Short-term Memory，它记得会比较久一点",
        (
            _memory("lstm", "elman", "delayed_recall", "above", OVERWRITTEN),
            _memory(
                "lstm_forget_4", "elman", "delayed_recall", "above", f"{OVERWRITTEN}; its forget gate begins at 0.98"
            ),
            _memory("lstm", "elman", "adding", "above", "two numbers must be kept over a lag"),
        ),
    ),
    Claim(
        "P1",
        "An LSTM has four times the parameters of a plain network of the same width.",
        "LSTM需要的参数量(假设你现在用的neural的数目跟LSTM是一样的)是一般neural network的四倍",
        (WeightRatio("lstm", "elman", 4.0, "four inputs where there was one"),),
    ),
    Claim(
        "G1",
        "A GRU performs about as well as an LSTM.",
        "performance跟LSTM差不多",
        (
            _slots("gru", "lstm", "the same task, width and training", "same"),
            _memory("gru", "lstm", "delayed_recall", "same", "the same over lags, where success is all or nothing"),
        ),
    ),
    Claim(
        "G2",
        "A GRU has one third fewer parameters than an LSTM.",
        "少了1/3的参数",
        (WeightRatio("gru", "lstm", 2 / 3, "three maps where there were four: one quarter fewer at equal width"),),
    ),
    Claim(
        "G3",
        "A GRU is less prone to overfitting than an LSTM.",
        "比较不容易overfitting",
        (
            _gap("travel_small", 0.005, LEAST_SLOTS, FEW),
            _gap("travel_small", 0.005, LEAST_SLOTS, f"{FEW}; {LATE}", "gap_at_end"),
            _gap("travel", 0.002, LEAST_GAP, "train minus test, with many sentences"),
        ),
    ),
)
"""The claims of the lecture."""

QUALIFICATIONS = (
    Claim(
        "W1",
        "A window of words on either side is no substitute for a memory.",
        "前后几个词的窗口代替不了memory",
        (
            _slots(
                "elman",
                "feed_forward_window_3",
                "seven words at once against one by one: cues stand up to twelve words from their slots",
            ),
            _slots(
                "elman_window_3",
                "elman",
                "the same recurrent network, which with a window sees three words that are still to come",
            ),
        ),
        "Mesnil et al. 2013, Investigation of recurrent-neural-network architectures and learning methods for SLU",
        "papers",
    ),
    Claim(
        "B2",
        "Reading backward too helps more where the cue comes after its slot than where it comes before.",
        "线索出现在slot之后时，双向读取的帮助比线索在前时更大",
        tuple(
            Contrast(
                f"bidirectional_{cell}",
                cell,
                "travel",
                "slot_accuracy",
                "above",
                0.01,
                "the gain on slots whose cue is still to come, minus the gain on those whose cue was read",
                LEAST_PART,
                phenomenon="cue_after",
                minus_phenomenon="cue_before",
            )
            for cell in ("elman", "lstm", "gru")
        ),
        "Graves & Schmidhuber 2005, Framewise phoneme classification with bidirectional LSTM",
        "papers",
    ),
    Claim(
        "D1",
        "Three layers are better than one layer with as many parameters.",
        "参数量相同时，三层比一层好",
        (
            _slots(
                "deep_elman",
                "elman_wide",
                "elman_wide has one layer, and the width that gives it as many parameters",
            ),
        ),
        "Pascanu et al. 2014, How to construct deep recurrent neural networks",
        "papers",
    ),
    Claim(
        "P2",
        "Peepholes make little difference.",
        "peephole带来的差别很小",
        (_slots("lstm_peephole", "lstm", "the same cell but for what gates see", "same"),),
        "Greff et al. 2017, LSTM: a search space odyssey",
        "papers",
    ),
)
"""Claims of papers that qualify those of the lecture."""


def _encoders(first: str, split: str, wanted: ClaimedRelation, why: str, task: str = "travel") -> Contrast:
    """Return the contrast of an encoder with 1-of-N in slot F1, behind the same architectures."""
    return Contrast(first, "one_of_n", task, "slot_f1", wanted, 0.005, why, LEAST_SLOTS, split, over="encoder")


OTHER = "the lecture, on 1-of-N with a dimension for other; word dropout: Kiperwasser & Goldberg 2016, TACL 4"
HASHING = "the lecture, on word hashing; Huang et al. 2013, Learning deep structured semantic models for web search"
ENCODER_CLAIMS = (
    Claim(
        "E1",
        "With a dimension for other words, cities that training never named are tagged at least as well.",
        "加上other这一维之后，没见过的词至少标得一样好",
        (_encoders("one_of_n_other", "test_unseen", "at least", "1-of-N reads an unseen word as nothing at all"),),
        OTHER,
        "encoders",
    ),
    Claim(
        "E2",
        "With learned embeddings, cities that training never named are tagged at least as well as with 1-of-N.",
        "用学到的embedding，没见过的词至少标得和1-of-N一样好",
        (_encoders("learned_embedding", "test_unseen", "at least", "an unseen word has the embedding of other words"),),
        OTHER,
        "encoders",
    ),
    Claim(
        "E3",
        "Letter trigrams read misspelt words better than 1-of-N.",
        "word hashing比1-of-N更能读懂拼错的词",
        (_encoders("letter_trigram", "test_typos", "above", "a misspelt word keeps most of its trigrams"),),
        HASHING,
        "encoders",
    ),
    Claim(
        "E4",
        "Letter trigrams read cities that training never named better than 1-of-N.",
        "word hashing比1-of-N更能读懂没见过的词",
        (
            _encoders(
                "letter_trigram", "test_unseen", "above", "an unseen word is read by the trigrams that it has in common"
            ),
        ),
        HASHING,
        "encoders",
    ),
    Claim(
        "E5",
        "With few training sentences letter trigrams are better than 1-of-N.",
        "训练句子少时，word hashing比1-of-N好",
        (
            _encoders(
                "letter_trigram", "test", "above", "words that share trigrams share what is learnt", "travel_small"
            ),
        ),
        HASHING,
        "encoders",
    ),
    Claim(
        "E6",
        "Letter trigrams give distinct words distinct codes.",
        "不同的词经过word hashing有不同的编码",
        (Collisions("letter_trigram", "only letters count, so 2nd and 22nd are one; and trigrams have no order"),),
        HASHING,
        "encoders",
    ),
    Claim(
        "E7",
        "Letter trigrams need fewer input weights than 1-of-N, but only where the vocabulary is large.",
        "只有词汇量大时，word hashing的输入权重才比1-of-N少",
        (
            InputWeights(
                "letter_trigram", "one_of_n", "trigrams grow more slowly than words, from a larger number at first"
            ),
        ),
        HASHING,
        "encoders",
    ),
)
"""Claims about how words are read."""
PUBLISHED_CLAIMS = (*CLAIMS, *QUALIFICATIONS, *ENCODER_CLAIMS)
"""All claims but the user's."""


def family_sizes(
    claims: Iterable[Claim], tasks: Collection[str], architectures: Collection[str], encoders: Collection[str]
) -> dict[Family, int]:
    """Return how many tests of each family an experiment with these can have, for families that have any.

    `tasks` are labels and names of families of tasks.
    """
    sides = {"architecture": {"", *architectures}, "encoder": {"", *encoders}}
    sizes: dict[Family, int] = {}
    for claim in claims:
        contrasts = (test for test in claim.tests if isinstance(test, Contrast) and test.task in tasks)
        number = sum({test.first, test.second} <= sides[test.over] for test in contrasts)
        sizes[claim.family] = sizes.get(claim.family, 0) + number
    return {family: number for family, number in sizes.items() if number}


class OwnClaim(BaseModel):
    """A claim of the user: that one network's (or encoder's) score is above, below or the same as another's."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    name: Name = Field(min_length=1, max_length=20, description="name of the claim in tables")
    sentence: str = Field(min_length=1, max_length=400, description="the claim as a sentence")
    over: Side = Field(default="architecture", description="what is compared: two architectures, or two encoders")
    first: str = Field(description="an architecture, or an encoder")
    second: str = Field(default="", description="another one; none: the score of the first itself is tested")
    task: str = Field(description="a task, or a family of tasks that differ in a setting, by its name in tables")
    metric: str = Field(default="slot_f1", description="the metric that is compared")
    wanted: ClaimedRelation = Field(description="how the first's score compares with the second's (or 0) by the claim")
    margin: float = Field(default=0.005, ge=0, le=1e6, description="differences smaller than this do not matter")
    reason: str = Field(default="", max_length=400, description="why smaller differences do not matter")
    why: str = Field(default="", max_length=400, description="why this contrast tests the sentence")
    split: str = Field(
        default="test", max_length=60, description="a split; gap: train minus test; gap_at_end: train minus validation"
    )
    phenomenon: str = Field(
        default=ALL, max_length=60, description="a phenomenon of the split, by which scores are broken down"
    )
    rather_than: str = Field(
        default="", max_length=60, description="another phenomenon, whose score is subtracted first"
    )

    @property
    def claim(self) -> Claim:
        """Return the claim with its one contrast."""
        settings = self.model_dump(exclude={"name", "sentence", "rather_than"})
        contrast = Contrast(**settings, minus_phenomenon=self.rather_than)
        return Claim(self.name, self.sentence, "", (contrast,), "this experiment's configuration", "yours")
