"""Why a contrast tests its claim, and why smaller differences do not matter, in Chinese, by the English of tables."""

from rnnbench.analysis.claims import (
    ANSWER,
    FEW,
    LATE,
    LEAST_GAP,
    LEAST_MEMORY,
    LEAST_PART,
    LEAST_SLOTS,
    OVERWRITTEN,
    TARGET,
)

_ANSWER = (
    "它存的是自己的答案，数目等于label的个数，除非状态大小相同，否则比Elman的单元少；"
    "从线索到slot之间答案都是O，只有概率上的细小差别能记住线索"
)
_OVERWRITTEN = "只考一件事：一个符号要隔很多步还记得住"
_FEW = "训练减测试，用少量句子学，取几种训练集大小"
WHYS = {
    "the two sentences of a pair differ in the cue alone, and the word that both share has two labels": (
        "一对句子只差线索那个词，而两句共有的词该有两个不同的label"
    ),
    "the two sequences of a pair have the same symbols in another order and another answer: a network that answers "
    "both alike gets no pair right": "一对序列符号相同、顺序不同、答案也不同：两个都答得一样的网络，一对也对不了",
    "these places are known by their order alone": "这些地点只能靠顺序判断",
    "the cue that tells the slot stands before it, so only a memory can know it": (
        "决定slot的线索在它前面，只有靠memory才知道"
    ),
    ANSWER: _ANSWER,
    "elman_narrow keeps as many numbers as there are labels, as jordan does": (
        "elman_narrow和jordan一样，存的数目等于label的个数"
    ),
    TARGET: "训练时把正确的label喂回去：从线索到slot之间它一直是O，记不住线索",
    f"in two directions; {ANSWER}": f"两个方向都读；{_ANSWER}",
    "some cues come after their slot: one direction cannot have read them": (
        "有些线索在slot之后：只从一个方向读，那时还没读到"
    ),
    OVERWRITTEN: _OVERWRITTEN,
    f"{OVERWRITTEN}; its forget gate begins at 0.98": f"{_OVERWRITTEN}；它的forget gate一开始是0.98",
    "two numbers must be kept over a lag": "两个数要隔很多步还记得住",
    "four inputs where there was one": "原来一个输入的地方，现在有四个",
    "the same task, width and training": "任务、宽度和训练都相同",
    "the same over lags, where success is all or nothing": "同样的比较，换成要隔很多步记住的任务：要么全对，要么全错",
    "three maps where there were four: one quarter fewer at equal width": (
        "原来四组权重，现在三组：宽度相同时少的是四分之一"
    ),
    FEW: _FEW,
    f"{FEW}; {LATE}": f"{_FEW}；看训练结束时的训练减验证，而不是验证最好的时候",
    "train minus test, with many sentences": "训练减测试，用很多句子学",
    "seven words at once against one by one: cues stand up to twelve words from their slots": (
        "一次看七个词，对一个词一个词地读：线索离slot最远有十二个词"
    ),
    "the same recurrent network, which with a window sees three words that are still to come": (
        "同一个recurrent网络，加了窗口就能看到后面三个词"
    ),
    "the gain on slots whose cue is still to come, minus the gain on those whose cue was read": (
        "线索还在后面的slot提高了多少，减去线索已经读过的slot提高了多少"
    ),
    "elman_wide has one layer, and the width that gives it as many parameters": (
        "elman_wide只有一层，宽度取到参数量一样多"
    ),
    "the same cell but for what gates see": "同一个cell，只是gate看到的东西不同",
    "1-of-N reads an unseen word as nothing at all": "没见过的词，1-of-N读成全零",
    "an unseen word has the embedding of other words": "没见过的词用other的embedding",
    "a misspelt word keeps most of its trigrams": "拼错的词，大部分trigram还在",
    "an unseen word is read by the trigrams that it has in common": "没见过的词，靠它和见过的词共有的trigram来读",
    "words that share trigrams share what is learnt": "有共同trigram的词，学到的东西也共用",
    "only letters count, so 2nd and 22nd are one; and trigrams have no order": (
        "只看字母，所以2nd和22nd一样；而且trigram不分先后"
    ),
    "trigrams grow more slowly than words, from a larger number at first": "trigram一开始比词多，但增加得慢",
}
"""Why a contrast of a published claim tests it -> the same in Chinese."""
REASONS = {
    LEAST_SLOTS: "200个slot里的一个：差别再小，谁也不会因此换网络",
    LEAST_PART: "有这种现象的slot里，100个中的一个；它们只是全部的一小部分",
    "one pair in 100": "100对中的一对",
    LEAST_MEMORY: "从没有memory到Bayes最优之间的五十分之一",
    LEAST_GAP: "句子多的时候差距很小：用0.005就几乎什么也看不见了",
}
"""Why differences smaller than a margin do not matter -> the same in Chinese."""
