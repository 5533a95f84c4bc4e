"""The sections of the details, in order. The template, the module and the script of a section have its name."""

from types import ModuleType

from rnnbench.report.page.section import Section
from rnnbench.report.sections.cards import data, encoders, networks
from rnnbench.report.sections.grid import grid
from rnnbench.report.sections.memory import memory, memory_verdicts, register_memory
from rnnbench.report.sections.method import method, reproduce, speed
from rnnbench.report.sections.overview import claims, failures, overview
from rnnbench.report.sections.scores import accuracy, breakdown, ceilings, seeds, significance
from rnnbench.report.sections.sentences import disagreements, examples
from rnnbench.report.sections.training import convergence, overfitting, parameters, tuning
from rnnbench.report.views import convergence as convergence_view
from rnnbench.report.views import memory as memory_view
from rnnbench.report.views import queries

SECTIONS = (
    Section("sections/overview", "claims", "Claims"),
    Section("sections/grid", "grid", "The grid"),
    Section("sections/scores", "accuracy", "Accuracy"),
    Section("sections/scores", "significance", "Significance"),
    Section("sections/scores", "seeds", "Every seed"),
    Section("sections/scores", "breakdown", "What is hard"),
    Section("sections/scores", "ceilings", "Gap to the ceiling"),
    Section("sections/sentences", "disagreements", "Where they disagree"),
    Section("sections/memory", "register_steps", "Inside the memory"),
    Section("sections/memory", "memory", "Memory"),
    Section("sections/training", "overfitting", "Overfitting"),
    Section("sections/training", "parameters", "Parameters"),
    Section("sections/training", "learning", "Learning curves"),
    Section("sections/training", "tuning", "Learning rates"),
    Section("sections/training", "convergence", "Not converged"),
    Section("sections/sentences", "examples", "Example answers"),
    Section("sections/overview", "failures", "Failed runs"),
    Section("sections/cards", "networks", "Network cards"),
    Section("sections/cards", "encoders", "Encoder cards"),
    Section("sections/cards", "data", "Data cards"),
    Section("sections/method", "speed", "Speed"),
    Section("sections/method", "method", "Method"),
    Section("sections/method", "reproduce", "Reproduce"),
)
"""All sections; a section without content is left out of the page."""

MODULES: dict[str, ModuleType] = {
    module.__name__.rpartition(".")[2]: module
    for module in (
        *(accuracy, breakdown, ceilings, claims, convergence, data, disagreements, encoders, examples, failures, grid),
        *(memory, memory_verdicts, method, networks, overfitting, overview, parameters, queries),
        *(register_memory, reproduce, seeds, significance, speed, tuning),
    )
} | {"convergence_view": convergence_view, "memory_view": memory_view}
"""The modules that the templates use, by name."""
