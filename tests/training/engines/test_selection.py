"""The choice of an engine: native where available, otherwise torch, with a reason."""

import pytest

from helpers.networks import needs_native
from rnnbench import cells
from rnnbench.__main__ import main
from rnnbench.cells import Cell
from rnnbench.cells.gru import Gru
from rnnbench.common.errors import UserError
from rnnbench.common.registry import build, names
from rnnbench.training.engines.native.library import fastest_library
from rnnbench.training.engines.selection import EngineChoice, choose


class OwnCell(Gru):
    """A cell that is no part of the package; its kind is the name of this file."""


@needs_native
@pytest.mark.parametrize("kind", names(cells))
def test_every_cell_of_the_project_has_native_code(kind):
    cell = build(cells, kind, Cell, {})
    library = fastest_library()
    assert library is not None
    for setting in ("auto", "native"):
        expected = EngineChoice("native", f"native code for {library.instructions} runs here")
        assert choose(setting, device="cpu", cell=cell) == expected


def test_torch_is_chosen_where_it_is_set():
    assert choose("torch", device="cpu", cell=Gru()) == EngineChoice("torch", "engine: torch")


@pytest.mark.parametrize("cell", [Gru(), OwnCell()])
def test_on_a_gpu_steps_are_recorded_whatever_the_cell(cell):
    for setting in ("auto", "cuda"):
        assert choose(setting, device="cuda", cell=cell) == EngineChoice("cuda", "steps are recorded on a GPU")
    with pytest.raises(UserError, match="engine: native cannot be used: native code is for the CPU, and this is a GPU"):
        choose("native", device="cuda", cell=cell)
    with pytest.raises(UserError, match="engine: cuda cannot be used: the device is the CPU; set device: cuda"):
        choose("cuda", device="cpu", cell=cell)


@needs_native
@pytest.mark.parametrize(
    ("device", "cell", "reason"),
    [
        ("cpu", OwnCell(), "there is no native code for the cell test_selection"),
    ],
)
def test_torch_is_chosen_where_native_code_is_not_available(device, cell, reason):
    assert choose("auto", device=device, cell=cell) == EngineChoice("torch", reason)
    with pytest.raises(UserError, match=f"engine: native cannot be used: {reason}; set engine: auto"):
        choose("native", device=device, cell=cell)


def test_a_machine_without_a_compiler_trains_with_torch_and_says_so_in_one_line(monkeypatch, tmp_path, capsys):
    """After an installation that found no compiler there is no library."""
    monkeypatch.setattr("rnnbench.training.engines.native.library.fastest_library", lambda: None)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "config.yaml").write_text(
        "tasks: [{task: register, length: 4}]\nencoders: [one_of_n]\narchitectures: [elman, gru]\n"
    )
    assert main(["plan"]) == 0
    output = capsys.readouterr()
    assert output.err == (
        "2 of them train with torch, several times slower: native code is not built: no C++ compiler was found "
        "when rnnbench was installed\n"
    )


@needs_native
def test_native_code_that_is_older_than_its_source_is_not_used(monkeypatch):
    monkeypatch.setattr("rnnbench.training.engines.native.library.digest", lambda: "00ff")
    assert choose("auto", device="cpu", cell=Gru()) == EngineChoice(
        "torch", "native code is older than its source: install rnnbench again"
    )


def test_what_an_engines_results_depend_on():
    torch = EngineChoice("torch", "")
    assert (torch.version, torch.is_by_run, torch.module) == (["torch"], False, "rnnbench.training.engines.eager")


@needs_native
def test_what_native_results_depend_on():
    native = EngineChoice("native", "")
    assert native.version[0] == "native"
    assert len(native.version) == 4  # instructions, source, compiler
    assert all(native.version)
    assert (native.is_by_run, native.module) == (True, "rnnbench.training.engines.native.engine")
