"""The sections of the page, in order. A section's template, its module and its script have its name."""

from dataclasses import dataclass
from types import ModuleType

from rnnbench.report.sections.cards import data, encoders, networks
from rnnbench.report.sections.grid import grid
from rnnbench.report.sections.memory import memory, memory_verdicts, register_memory
from rnnbench.report.sections.method import method, reproduce, speed
from rnnbench.report.sections.overview import claims, failures, overview
from rnnbench.report.sections.scores import accuracy, breakdown, ceilings, seeds, significance
from rnnbench.report.sections.sentences import disagreements, examples, playground
from rnnbench.report.sections.training import overfitting, parameters
from rnnbench.report.views import memory as memory_view
from rnnbench.report.views import queries


@dataclass(frozen=True)
class Section:
    """A part of the page: its template has the name of its anchor."""

    folder: str
    """Where its files lie, below `sections/`."""
    name: str
    title: str
    """What the navigation calls it."""

    @property
    def template(self) -> str:
        """Return the template's path below `report/`."""
        return f"sections/{self.folder}/{self.name}.html"


SECTIONS = (
    Section("overview", "claims", "Claims"),
    Section("grid", "grid", "The grid"),
    Section("scores", "accuracy", "Accuracy"),
    Section("scores", "significance", "How sure"),
    Section("scores", "seeds", "Every seed"),
    Section("scores", "breakdown", "What is hard"),
    Section("scores", "ceilings", "What was learnt"),
    Section("sentences", "playground", "Type a sentence"),
    Section("sentences", "disagreements", "Where they disagree"),
    Section("memory", "register_memory", "Inside the memory"),
    Section("memory", "memory", "Memory"),
    Section("training", "overfitting", "Overfitting"),
    Section("training", "parameters", "Parameters"),
    Section("training", "learning", "Learning curves"),
    Section("sentences", "examples", "What they answer"),
    Section("overview", "failures", "Failed runs"),
    Section("cards", "networks", "Network cards"),
    Section("cards", "encoders", "Encoder cards"),
    Section("cards", "data", "Data cards"),
    Section("method", "speed", "Speed"),
    Section("method", "method", "How this was made"),
    Section("method", "reproduce", "Make it again"),
)
"""All sections; one that has nothing to say is left out of the page."""

MODULES: dict[str, ModuleType] = {
    module.__name__.rpartition(".")[2]: module
    for module in (
        *(accuracy, breakdown, ceilings, claims, data, disagreements, encoders, examples, failures, grid),
        *(memory, memory_verdicts, method, networks, overfitting, overview, parameters, playground, queries),
        *(register_memory, reproduce, seeds, significance, speed),
    )
} | {"memory_view": memory_view}
"""The modules that templates call, by name."""
