"""The README is correct: its examples run, its configurations are valid, and both languages show the same code."""

import re

import pytest
import yaml

from helpers.project_copy import ROOT, Project
from rnnbench.__main__ import main
from rnnbench.pipeline.config.load import parse_settings

README, CHINESE = (ROOT / name for name in ("README.md", "README.zh.md"))
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
COMMAND = re.compile(r"^    (.+)$", re.MULTILINE)
TASKS_WITH_FILES = ("columns", "echo")
"""Tasks that need files which are not in the repository."""


def blocks(language, text=None):
    """Return the code of the README's blocks in a programming language."""
    matches = BLOCK.findall(text or README.read_text(encoding="utf-8"))
    return [code for name, code in matches if name == language]


def added_files():
    """Return the code of each file that the README adds to the package, by its path."""
    return {code.splitlines()[0].removeprefix("# "): code.partition("\n")[2] for code in blocks("python")}


@pytest.mark.parametrize("code", blocks("yaml"))
def test_configurations_are_valid(code, tmp_path, monkeypatch):
    values = yaml.safe_load(code)
    default = yaml.safe_load((ROOT / "config.yaml").read_text(encoding="utf-8"))
    tasks = values.get("tasks", default["tasks"])
    if any(isinstance(task, dict) and task["task"] in TASKS_WITH_FILES for task in tasks):
        pytest.skip("another test runs it, or it needs files of the user's own")
    parse_settings(default | values)


def test_members_of_ones_own_run_and_pass_their_doctests(tmp_path):
    project = Project(tmp_path / "project")
    for path, code in added_files().items():
        project.write(path, code)
        assert project.run("pytest", "--doctest-modules", "-q", path, "-p", "no:cacheprovider").returncode in (0, 5)
    (configuration,) = [code for code in blocks("yaml") if "echo" in code]
    values = yaml.safe_load(configuration)
    size = {"train": 60, "validation": 20, "test": 20}
    values["tasks"] = [{"task": "travel", **size, "extra": 20}, {"task": "echo", "back": [6, 8], **size}]
    training = {"seeds": 1, "learning_rates": [0.01], "max_steps": 2, "patience": 2, "check": 1}
    values |= {"training": training, "size": {"hidden": 4}}
    result = project.snakemake("--configfile", project.write("own.yaml", yaml.safe_dump(values)))
    assert result.returncode == 0, result.stderr[-3000:]
    runs = project.runs()
    assert set(runs["status"]) == {"done"}
    assert {"elman", "gru", "slow"} == set(runs["architecture"])
    assert "ending" in set(runs["encoder"])
    assert "echo" in " ".join(runs["task"])


def test_both_languages_show_the_same_code_and_commands():
    texts = [path.read_text(encoding="utf-8") for path in (README, CHINESE)]
    english, chinese = ([code for _, code in BLOCK.findall(text)] for text in texts)
    assert [without_comments(code) for code in english] == [without_comments(code) for code in chinese]
    commands = [
        [without_comments(command) for command in COMMAND.findall(BLOCK.sub("", text)) if command.strip()]
        for text in texts
    ]
    assert commands[0] == commands[1]


def without_comments(code):
    """Return the lines of a code block without their comments, which are in one natural language."""
    return [line.partition("  #")[0].rstrip() for line in code.splitlines()]


def test_the_results_shown_are_what_the_command_prints(capsys):
    text = README.read_text(encoding="utf-8")
    (command,) = re.findall(r"^    \.venv/bin/rnnbench (claims .*)$", text, re.MULTILINE)
    arguments = [str(ROOT / word) if "/" in word else word for word in command.split()]
    assert main(arguments) == 0
    assert capsys.readouterr().out in blocks("text")


def test_files_and_folders_that_it_names_exist():
    text = README.read_text(encoding="utf-8")
    paths = set(re.findall(r"`((?:src|workflow|profiles|tests|docs)/[\w./-]+)`", text)) - set(added_files())
    assert paths
    for path in paths:
        assert (ROOT / path).exists(), path
    for link in re.findall(r"\]\(([\w./-]+)\)", text):
        assert (ROOT / link).exists(), link
