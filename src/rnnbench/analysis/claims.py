"""The claims of the lecture and of papers as data: which scores of which networks decide on each."""

from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from rnnbench.common.registry import Name
from rnnbench.data.corpus import ALL

ClaimedRelation = Literal["above", "below", "same"]
"""How the score of the first network compares with that of the second."""
LECTURE = "the lecture"
"""The source of the lecture's claims."""


@dataclass(frozen=True)
class Contrast:
    """Two architectures whose scores are compared to test a claim, or one whose score is compared with 0."""

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
    """Why this contrast tests the sentence of the claim."""
    split: str = "test"
    phenomenon: str = ALL
    minus_phenomenon: str = ""
    """Another phenomenon whose score is subtracted first: then the contrast tests where the difference is larger."""

    @property
    def name(self) -> str:
        """Return the name of the contrast in tables."""
        part = f"{self.phenomenon} rather than {self.minus_phenomenon}" if self.minus_phenomenon else self.phenomenon
        where = self.split if self.phenomenon == ALL else f"{self.split}, {part}"
        return f"{self.first} against {self.second or 'nothing'} on {self.task} ({where})"


@dataclass(frozen=True)
class WeightRatio:
    """A ratio of numbers of weights, which is counted, not tested: recurrent weights of a layer at equal width."""

    first: str
    second: str
    claimed: float
    """The claimed number of the first divided by that of the second."""
    why: str

    @property
    def name(self) -> str:
        """Return the name of the contrast in tables."""
        return f"recurrent weights of {self.first} over those of {self.second}"


@dataclass(frozen=True)
class Claim:
    """A claim of the lecture, of a paper or of the user, and the contrasts that test it."""

    name: str
    sentence: str
    chinese: str
    """The lecture's own words, or a translation of a paper's claim; "" for a claim of the user."""
    tests: tuple[Contrast | WeightRatio, ...]
    source: str = LECTURE


def _with_memory(why: str, phenomenon: str) -> Contrast:
    """Return the contrast of the simplest network with a memory and the one without, on slots of a phenomenon."""
    return Contrast("elman", "feed_forward", "travel", "slot_accuracy", "above", 0.01, why, phenomenon=phenomenon)


FEW = "train minus test, learnt from 125 to 2,000 sentences for many epochs"
LATE = "; both after the last epoch, not after the best one"
ONE_INPUT = "the two sentences of a pair differ in the cue alone, and the word that both share has two labels"
CLAIMS = (
    Claim(
        "F1",
        "A feed-forward network gives the same output to the same input, so it cannot tell the two Taipeis apart.",
        "input一样的东西output就应该是一样的东西",
        (Contrast("feed_forward", "", "travel", "pair_accuracy", "same", 0.01, ONE_INPUT, "pairs"),),
    ),
    Claim(
        "R1",
        "A recurrent network can give different outputs to the same input.",
        "对Recurrent Neural Network来说，你就算input一样的东西，它的output是可能不一样了(因为有memory)",
        (Contrast("elman", "feed_forward", "travel", "pair_accuracy", "above", 0.01, ONE_INPUT, "pairs"),),
    ),
    Claim(
        "R2",
        "Changing the order of the sequence changes the output.",
        "input sequence调换顺序之后output不同",
        (_with_memory("these places are known by their order alone", "order"),),
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
            Contrast("jordan", "elman", "travel", "slot_f1", "above", 0.005, "the same network but for what it stores"),
            Contrast(
                "bidirectional_jordan",
                "bidirectional_elman",
                "travel",
                "slot_f1",
                "above",
                0.005,
                "the same in two directions, where no target pins what each half stores",
            ),
        ),
    ),
    Claim(
        "B1",
        "A bidirectional network performs better, since it has seen the whole sentence, not half of it.",
        "等于看了整个sentence后，才决定每一个词汇的slot应该是什么。这样会比看sentence的一半还要得到更好的performance",
        tuple(
            Contrast(f"bidirectional_{cell}", cell, "travel", "slot_f1", "above", 0.005, "one direction against both")
            for cell in ("elman", "lstm", "gru")
        ),
    ),
    Claim(
        "L1",
        "The memory of a simple recurrent network is overwritten at every step; an LSTM remembers longer.",
        "Long Short-term Memory，它记得会比较久一点",
        (
            Contrast(
                "lstm",
                "elman",
                "delayed_recall",
                "calibrated_score",
                "above",
                0.02,
                "a symbol must be kept over a lag, and nothing else counts",
            ),
            Contrast(
                "lstm", "elman", "adding", "calibrated_score", "above", 0.02, "two numbers must be kept over a lag"
            ),
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
            Contrast("gru", "lstm", "travel", "slot_f1", "same", 0.005, "the same task, width and training"),
            Contrast("gru", "lstm", "delayed_recall", "calibrated_score", "same", 0.02, "the same over lags"),
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
            Contrast("gru", "lstm", "travel_small", "slot_f1", "below", 0.005, FEW, "gap"),
            Contrast("gru", "lstm", "travel_small", "slot_f1", "below", 0.005, FEW + LATE, "gap_at_end"),
            Contrast(
                "gru", "lstm", "travel", "slot_f1", "below", 0.002, "train minus test, with many sentences", "gap"
            ),
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
            Contrast(
                "elman",
                "feed_forward_window_3",
                "travel",
                "slot_f1",
                "above",
                0.005,
                "seven words at once against one by one: cues stand up to twelve words from their slots",
            ),
            Contrast(
                "elman_window_3",
                "elman",
                "travel",
                "slot_f1",
                "above",
                0.005,
                "the same recurrent network, which with a window sees three words that are still to come",
            ),
        ),
        "Mesnil et al. 2013, Investigation of recurrent-neural-network architectures and learning methods for SLU",
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
                phenomenon="cue_after",
                minus_phenomenon="cue_before",
            )
            for cell in ("elman", "lstm", "gru")
        ),
        "Graves & Schmidhuber 2005, Framewise phoneme classification with bidirectional LSTM",
    ),
    Claim(
        "D1",
        "Three layers are better than one layer with as many parameters.",
        "参数量相同时，三层比一层好",
        (
            Contrast(
                "deep_elman",
                "elman_wide",
                "travel",
                "slot_f1",
                "above",
                0.005,
                "elman_wide has one layer, and the width that gives it as many parameters",
            ),
        ),
        "Pascanu et al. 2014, How to construct deep recurrent neural networks",
    ),
    Claim(
        "P2",
        "Peepholes make little difference.",
        "peephole带来的差别很小",
        (
            Contrast(
                "lstm_peephole", "lstm", "travel", "slot_f1", "same", 0.005, "the same cell but for what gates see"
            ),
        ),
        "Greff et al. 2017, LSTM: a search space odyssey",
    ),
)
"""Claims of papers that qualify those of the lecture."""
PUBLISHED_CLAIMS = (*CLAIMS, *QUALIFICATIONS)
"""All claims but the user's."""


class OwnClaim(BaseModel):
    """A claim of the user: that one network's score is above, below or the same as another's."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    name: Name = Field(min_length=1, max_length=20, description="name of the claim in tables")
    sentence: str = Field(min_length=1, max_length=400, description="the claim as a sentence")
    first: str = Field(description="an architecture")
    second: str = Field(default="", description="another architecture; none: the score of the first itself is tested")
    task: str = Field(description="a task, or a family of tasks that differ in a setting, by its name in tables")
    metric: str = Field(default="slot_f1", description="the metric that is compared")
    wanted: ClaimedRelation = Field(description="how the first's score compares with the second's (or 0) by the claim")
    margin: float = Field(default=0.005, ge=0, le=1e6, description="differences smaller than this do not matter")
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
        return Claim(self.name, self.sentence, "", (contrast,), "this experiment's configuration")
