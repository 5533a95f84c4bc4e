"""The sections of the page, in order. The template, the module and the script of a section have its name."""

from dataclasses import dataclass
from types import ModuleType

from rnnbench.report.sections.cards import data, encoders, networks
from rnnbench.report.sections.grid import grid
from rnnbench.report.sections.memory import memory, memory_verdicts, register_memory
from rnnbench.report.sections.method import method, reproduce, speed
from rnnbench.report.sections.overview import claims, failures, overview
from rnnbench.report.sections.scores import accuracy, breakdown, ceilings, seeds, significance
from rnnbench.report.sections.sentences import disagreements, examples, playground
from rnnbench.report.sections.training import convergence, overfitting, parameters, tuning
from rnnbench.report.views import convergence as convergence_view
from rnnbench.report.views import memory as memory_view
from rnnbench.report.views import queries


@dataclass(frozen=True)
class Section:
    """A section of the page."""

    folder: str
    """The folder of its files, below `sections/`."""
    name: str
    """The name of its template, and its anchor."""
    title: str
    """Its title in the navigation."""

    @property
    def template(self) -> str:
        """Return the template's path below `report/`."""
        return f"sections/{self.folder}/{self.name}.html"


SECTIONS = (
    Section("overview", "claims", "Claims"),
    Section("grid", "grid", "The grid"),
    Section("scores", "accuracy", "Accuracy"),
    Section("scores", "significance", "Significance"),
    Section("scores", "seeds", "Every seed"),
    Section("scores", "breakdown", "What is hard"),
    Section("scores", "ceilings", "Gap to the ceiling"),
    Section("sentences", "playground", "Type a sentence"),
    Section("sentences", "disagreements", "Where they disagree"),
    Section("memory", "register_memory", "Inside the memory"),
    Section("memory", "memory", "Memory"),
    Section("training", "overfitting", "Overfitting"),
    Section("training", "parameters", "Parameters"),
    Section("training", "learning", "Learning curves"),
    Section("training", "tuning", "Learning rates"),
    Section("training", "convergence", "Not converged"),
    Section("sentences", "examples", "Example answers"),
    Section("overview", "failures", "Failed runs"),
    Section("cards", "networks", "Network cards"),
    Section("cards", "encoders", "Encoder cards"),
    Section("cards", "data", "Data cards"),
    Section("method", "speed", "Speed"),
    Section("method", "method", "Method"),
    Section("method", "reproduce", "Reproduce"),
)
"""All sections; a section without content is left out of the page."""

MODULES: dict[str, ModuleType] = {
    module.__name__.rpartition(".")[2]: module
    for module in (
        *(accuracy, breakdown, ceilings, claims, convergence, data, disagreements, encoders, examples, failures, grid),
        *(memory, memory_verdicts, method, networks, overfitting, overview, parameters, playground, queries),
        *(register_memory, reproduce, seeds, significance, speed, tuning),
    )
} | {"convergence_view": convergence_view, "memory_view": memory_view}
"""The modules that the templates use, by name."""
