"""The terms of the report with their meanings, in both languages: terms.js shows them where a term is first used."""

TERMS = {
    "en": {
        "slot F1": "harmonic mean of precision and recall of slots; a slot is right when its name and both ends are",
        "95 % interval": "where the mean lies, as far as these seeds can tell: it misses in one case of twenty",
        "plateau": "validation has stopped improving, although the learning rate fell twice",
        "margin": "differences smaller than this would change nobody's choice",
        "Bayes-optimal tagger": "knows the language itself, and answers with the most probable label: the ceiling",
        "oracle": "the Bayes-optimal tagger: it knows the language itself, and answers with the most probable label",
        "validation": "sentences that choose the learning rate and the step; they are not trained on, nor reported",
        "seeds": "each draws the sentences, the start weights and the order of training anew",
        "parameters": "the numbers that training changes",
        "calibrated score": "0 is the best guess without memory, 1 the oracle",
        "word hashing": "a word is the set of its letter trigrams",
        "1-of-N": "a word is a vector with a single 1, at its place in the vocabulary",
    },
    "zh": {
        "slot F1": "整个slot的精确率和召回率的调和平均；名称和两端都对才算对",
        "95 %区间": "就这些种子看，平均值在哪里：二十次里错一次",
        "平台": "学习率降了两次，验证集上仍不再变好",
        "oracle": "知道语言本身、总是答最可能的标签的标注器，没有什么能比它更好",
        "种子": "每个种子重新抽句子、初始权重和训练顺序",
        "参数": "训练会改变的那些数",
        "验证": "用来选学习率和停在哪一步的句子，既不训练也不报告",
        "1-of-N": "一个词是只有一个1的向量，1在它在词表里的位置",
    },
}
"""Language -> term as the texts write it -> its meaning."""
