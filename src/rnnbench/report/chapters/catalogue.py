"""The chapters of the report, in order. The template, the module and the script of a chapter have its name."""

from types import ModuleType

from rnnbench.report.chapters.choice import choice
from rnnbench.report.chapters.claims import forest
from rnnbench.report.chapters.first_screen import answer, maps
from rnnbench.report.chapters.memory import memory_chapter
from rnnbench.report.chapters.overfitting import learning_curves, overfitting_chapter
from rnnbench.report.chapters.taipeis import playground
from rnnbench.report.chapters.words import words
from rnnbench.report.page.section import Section
from rnnbench.report.wording.languages import bilingual

CHAPTERS = (
    Section("chapters/taipeis", "taipeis", bilingual("The two Taipeis", "两个Taipei")),
    Section("chapters/words", "words", bilingual("Which words?", "怎样读词？")),
    Section("chapters/memory", "memory", bilingual("Which memory?", "怎样记忆？")),
    Section("chapters/overfitting", "overfitting", bilingual("Overfitting", "过拟合")),
    Section("chapters/claims", "claims", bilingual("What the lecture claims", "课上的说法")),
    Section("chapters/choice", "choice", bilingual("Which for me?", "我该用哪个？")),
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
