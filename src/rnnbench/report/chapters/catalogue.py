"""The chapters of the report, in order. The template, the module and the script of a chapter have its name."""

from types import ModuleType

from rnnbench.report.chapters import (
    answer,
    choice,
    learning_curves,
    maps,
    memory_chapter,
    overfitting_chapter,
    playground,
    words,
)
from rnnbench.report.chapters.forest import forest
from rnnbench.report.page.languages import bilingual
from rnnbench.report.page.section import Section

CHAPTERS = (
    Section("chapters", "taipeis", bilingual("The two Taipeis", "两个Taipei")),
    Section("chapters", "words", bilingual("Which words?", "怎样读词？")),
    Section("chapters", "memory", bilingual("Which memory?", "怎样记忆？")),
    Section("chapters", "overfitting", bilingual("Overfitting", "过拟合")),
    Section("chapters", "claims", bilingual("What the lecture claims", "课上的说法")),
    Section("chapters", "choice", bilingual("Which for me?", "我该用哪个？")),
)
"""All chapters; one without content is left out of the page."""

CHAPTER_MODULES: dict[str, ModuleType] = {
    module.__name__.rpartition(".")[2]: module
    for module in (
        *(answer, choice, forest, learning_curves, maps),
        *(memory_chapter, overfitting_chapter, playground, words),
    )
}
"""The modules that only the chapters use, by name."""
