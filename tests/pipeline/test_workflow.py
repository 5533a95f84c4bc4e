"""The whole workflow, as a user runs it: in a copy of the project, through snakemake, with the smoke experiment."""

import os
import subprocess
import sys

import pandas as pd
import pytest

from helpers.project_copy import SMOKE, Project
from rnnbench.report.views.ceilings import beyond_ceiling, comparisons

NETWORKS = 14  # the lecture's thirteen and the diagonal peepholes


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """The project after the smoke experiment."""
    copy = Project(tmp_path_factory.mktemp("project"))
    result = copy.snakemake("--configfile", SMOKE)
    assert result.returncode == 0, result.stderr
    return copy


def test_every_combination_has_its_rows(project):
    runs = project.runs()
    assert set(runs["status"]) == {"done"}
    counts = runs.groupby(["task", "encoder", "architecture"]).size()
    assert set(counts) == {2}
    assert counts.groupby(["task", "encoder"]).size().to_dict() == {
        ("travel", "one_of_n"): NETWORKS,
        ("travel", "one_of_n_other"): NETWORKS,
        ("travel", "letter_trigram"): NETWORKS,
        ("travel", "learned_embedding"): NETWORKS,
        ("register", "raw"): NETWORKS,
    }
    scores = pd.read_csv(project.folder / "reports/tables/scores.csv")
    scored = scores.groupby(["task", "encoder", "architecture"])["split"].agg(set)
    assert len(scored) == len(counts)
    further = {
        "travel": {"test_unseen", "test_typos", "test_longer", "test_patterns", "pairs"},
        "register": {"test_2x", "test_5x", "test_10x"},
    }
    for (task, *_), splits in scored.items():
        assert splits == {"train", "validation", "test", "gap", "gap_at_end"} | further[task]


def test_no_network_beats_its_ceiling_beyond_chance(project):
    shortfalls = project.table("shortfalls")
    assert set(shortfalls["information"]) == {"word", "prefix", "sentence"}
    assert len(comparisons(shortfalls)) == len(shortfalls[shortfalls["metric"] == "token_accuracy"]) > 500
    beyond = beyond_ceiling(shortfalls)
    assert beyond.empty, beyond.to_string()


def test_ceilings_baselines_and_audit_cover_every_split_and_phenomenon(project):
    """Ceilings are of the corpora of all seeds, baselines of the first: some phenomena are in one corpus alone."""
    ceilings, baselines, phenomena = (
        table[table["task"] == "travel"] for table in map(project.table, ("ceilings", "rivals", "phenomena"))
    )
    keys = ["split", "phenomenon"]
    parts, classical, scored, scored_in_first = (
        set(table[keys].itertuples(index=False, name=None))
        for table in (ceilings, baselines, phenomena, phenomena[phenomena["seed"] == 0])
    )
    assert scored_in_first <= scored <= parts
    assert scored_in_first <= classical <= parts
    assert all(part in classical for part in parts if part[1] == "all")
    assert {("test", "all"), ("test", "cue_after"), ("pairs", "all"), ("test_longer", "cue_before")} <= parts
    for (_, _, metric), values in ceilings[ceilings["metric"] != "naming_accuracy"].groupby([*keys, "metric"])["value"]:
        assert len(values) == 3
        assert not (values > 1).any(), metric
    assert set(baselines["rival"]) == {"majority", "frequent_label", "logistic_window", "crf"}
    audit = project.table("audit")
    assert (audit["limit"].isna() | (audit["value"] <= audit["limit"])).all()


def test_the_report_shows_every_architecture(project):
    page = (project.folder / "reports/report.html").read_text()
    assert all(name in page for name in set(project.runs()["architecture"]))
    assert "http://" not in page.replace("http://www.w3.org", "")


def test_a_second_run_does_nothing(project):
    result = project.snakemake("--configfile", SMOKE)
    assert "Nothing to be done" in result.stdout + result.stderr


READ_ONLY_OPTIONS = [["-n"], ["--dag"], ["--rulegraph"], ["--summary"], ["--list-rules"], ["--lint"]]
"""Options with which snakemake only reads."""


def contents(project):
    """Return path -> bytes and time of change of every file but those in which Snakemake keeps its own notes."""
    files = (path for path in project.folder.rglob("*") if path.is_file() and not path.is_symlink())
    ours = [path for path in files if not {".snakemake", "__pycache__"} & set(path.parts)]
    return {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in ours}


@pytest.mark.parametrize("options", READ_ONLY_OPTIONS, ids=lambda options: options[0])
def test_read_only_options_change_no_byte(project, options):
    before = contents(project)
    result = project.snakemake("--configfile", SMOKE, *options)
    assert result.returncode == 0, result.stderr
    assert contents(project) == before


def test_a_dry_run_works_and_changes_nothing_while_another_snakemake_works(project):
    run = sorted((project.folder / "results/store").rglob("*.safetensors"))[0]
    saved = run.read_bytes()
    run.write_bytes(saved[:-1])  # what a snakemake that works would delete
    lock = project.folder / ".snakemake/locks/0.input.lock"
    lock.parent.mkdir(parents=True, exist_ok=True)
    lock.write_text("results/train/x.json")
    program = (
        "from rnnbench.pipeline.workdir_lock import acquire_workdir; acquire_workdir(); print(flush=True); input()"
    )
    environment = {**os.environ, "PYTHONPATH": str(project.folder / "src")}
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen([sys.executable, "-c", program], cwd=project.folder, env=environment, **pipes) as other:
        assert other.stdout is not None
        other.stdout.readline()
        lock.write_text("results/train/x.json")
        before = contents(project)
        result = project.snakemake("-n", "--configfile", SMOKE)
        assert result.returncode == 0, result.stderr
        assert contents(project) == before
        assert lock.exists()
        other.kill()
    lock.unlink()
    run.write_bytes(saved)


def test_jobs_have_readable_names(project):
    result = project.snakemake("-n", "--forceall", "--configfile", SMOKE)
    assert "ceilings and statistics of travel" in result.stdout
    assert "train register: feed_forward (raw), elman (raw)" in result.stdout
    dag = project.snakemake("--dag", "--configfile", SMOKE).stdout
    assert "task: travel" in dag
    assert "architectures: feed_forward+elman+deep_elman+jordan" in dag


def test_a_trained_network_predicts_a_sentence(project):
    sentence = ["predict", "leave Taipei on November 2nd"]
    result = project.run("rnnbench", *sentence, "--configfile", SMOKE, "--architecture", "gru")
    assert result.returncode == 0, result.stderr
    assert "gru" in result.stderr
    words = [line.split()[0] for line in result.stdout.splitlines()[1:6]]
    assert words == ["leave", "taipei", "on", "november", "2nd"]
    labels = result.stdout.splitlines()[0].split()[1:]
    first = [float(number) for number in result.stdout.splitlines()[1].split()[-len(labels) :]]
    assert sum(first) == pytest.approx(1, abs=0.005)


def test_a_lost_result_is_trained_again_to_the_same_bytes(project):
    before, scores = project.runs(), project.scores()
    lost = before["digest"][0]
    (project.folder / f"results/store/{lost[:2]}/{lost}.safetensors").unlink()
    plan = project.run("rnnbench", "plan", "--configfile", SMOKE)
    assert f"{len(before)} runs: {len(before) - 1} done, 1 to do" in plan.stdout
    assert project.snakemake("--configfile", SMOKE).returncode == 0
    assert set(project.runs()["status"]) == {"done"}
    assert project.scores() == scores


def test_editing_a_cell_trains_again_what_uses_it_and_nothing_else(project):
    before = project.runs()
    file = project.folder / "src/rnnbench/cells/gru.py"
    file.write_text(file.read_text().replace("n + u * (memory.a - n)", "(1 - u) * n + u * memory.a"))
    result = project.snakemake("--configfile", SMOKE)
    assert result.returncode == 0, result.stderr
    after = project.runs()
    changed = after["architecture"][before["digest"] != after["digest"]]
    assert set(changed) == {"gru", "bidirectional_gru"}
    assert set(after["status"]) == {"done"}


def test_a_comment_in_a_cell_trains_nothing(project):
    file = project.folder / "src/rnnbench/cells/elman.py"
    file.write_text(file.read_text() + "\n# a comment\n")
    result = project.snakemake("-n", "--configfile", SMOKE)
    assert "Nothing to be done" in result.stdout + result.stderr


USER_CORPUS = """
tasks: [{task: columns, name: mine, train: mine.bio, test: mine.bio}]
architectures: [feed_forward, bidirectional_lstm]
"""


def test_a_corpus_of_ones_own_goes_all_the_way(project):
    """Two kinds of sentence, one of them with CRLF, Unicode and what HTML would take for a tag."""
    sentences = ["to\tO\nROME\tB-city\n\n", "vers\tO\r\n<b>Zürich</b>\tB-city\r\nHB\tI-city\r\n\r\n"]
    project.write("mine.bio", "".join(sentences * 30))
    configuration = project.write("own.yaml", USER_CORPUS)
    statistics = project.run("rnnbench", "data", "mine", "--configfile", configuration)
    assert "labels: O, B-city, I-city" in statistics.stdout, statistics.stderr
    result = project.snakemake("--configfile", SMOKE, configuration)
    assert result.returncode == 0, result.stderr
    runs = project.runs()
    assert runs.groupby(["encoder", "architecture"]).size().to_dict() == {
        (encoder, architecture): 2
        for encoder in ("one_of_n", "one_of_n_other", "letter_trigram", "learned_embedding")
        for architecture in ("feed_forward", "bidirectional_lstm")
    }
    assert set(runs["status"]) == {"done"}
    assert project.table("ceilings").empty
    assert {"slot_f1", "slot_f1_strict"} <= set(project.table("scores")["metric"])
    page = (project.folder / "reports/details.html").read_text(encoding="utf-8")
    assert "&lt;b&gt;Zürich&lt;/b&gt;" in page
    assert "<b>Zürich" not in page


def test_a_broken_line_is_named_and_nothing_is_trained(project):
    project.write("broken.bio", "to\tO\nROME\n")
    configuration = project.write("broken.yaml", USER_CORPUS.replace("mine.bio", "broken.bio"))
    result = project.snakemake("--configfile", SMOKE, configuration)
    assert result.returncode != 0
    assert "broken.bio:2: this line has no tab" in result.stdout + result.stderr
    assert "Traceback" not in result.stdout + result.stderr


def test_a_corpus_with_a_shortcut_stops_the_run_with_the_figures(project):
    task = "{task: travel, train: 50, validation: 8, test: 20, extra: 4, limits: {probe_word: 0.01}}"
    strict = project.write("strict.yaml", f"tasks: [{task}]\n")
    before = sorted((project.folder / "results/store").rglob("*.safetensors"))
    result = project.snakemake("--configfile", SMOKE, strict)
    output = result.stdout + result.stderr
    assert result.returncode != 0
    assert "the corpus of travel has shortcuts" in output
    assert "above its limit 0.01" in output
    assert "probe_window_3" in output
    assert "Traceback" not in output
    assert sorted((project.folder / "results/store").rglob("*.safetensors")) == before


@pytest.mark.parametrize("tool", ["snakemake", "rnnbench"])
def test_a_bad_configuration_stops_before_any_job(project, tool):
    bad = project.folder / "bad.yaml"
    bad.write_text("architectures: [lsmt]\nsize: {hidden: -1}\n")
    command = ("snakemake", "--cores", "1") if tool == "snakemake" else ("rnnbench", "plan")
    result = project.run(*command, "--configfile", str(bad))
    assert result.returncode == 2
    assert f"{bad}:1: architectures.0: unknown architecture 'lsmt'; did you mean 'lstm'?" in result.stderr
    assert f"{bad}:2: size.hidden: input should be greater than or equal to 1, not -1" in result.stderr
    assert "Traceback" not in result.stderr
