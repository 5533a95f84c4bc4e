"""Small inputs that would need very large resources: each is rejected within two gigabytes and half a minute."""

import resource
import subprocess
import sys

import pytest

from helpers.fuzzing import check_message

GIGABYTES, SECONDS = 2, 30
LETTERS = "abcdefghi"
SMALL = "tasks: [travel]\nencoders: [one_of_n]\narchitectures: [lstm]\n"


def nested_aliases(first, each):
    """Return nine lines, each with ten aliases of the line before it."""
    lines = [f"a: &a {first}"]
    lines += [
        f"{name}: &{name} {each.format(', '.join([f'*{LETTERS[i]}'] * 10))}" for i, name in enumerate(LETTERS[1:])
    ]
    return "\n".join(lines) + "\n"


def axes(*keys, task="register"):
    numbers = ", ".join(str(i) for i in range(2, 1002))
    return "tasks: [{task: " + task + ", " + ", ".join(f"{key}: [{numbers}]" for key in keys) + "}]\n"


BOMBS = {
    "a billion values": nested_aliases("[x, x, x, x, x, x, x, x, x, x]", "[{}]"),
    "a billion keys": nested_aliases("{x: 1, y: 2}", "{{<<: [{}]}}"),
    "a list in itself": "a: &a [*a]\n",
    "a mapping in itself": "a: &a {<<: *a}\n",
    "a hundred thousand lists": "a: " + "[" * 100_000,
    "a hundred thousand mappings": "a: " + "{a: " * 100_000,
    "lists line by line": "- " * 50_000 + "x",
    "a number of a million digits": "a: " + "9" * 900_000,
    "a key of a million letters": "? " + "x" * 900_000 + "\n: 1\n",
    "a million axes": axes("length", "largest", "seed", "train", "test"),
    "a million sequences of ten thousand steps": axes("seed").replace("seed:", "length: 10000, train: 1000000, seed:"),
    "a width of a million": SMALL + "size: {hidden: 1000000}\n",
    "a billion runs": SMALL + "training: {seeds: 1000000000}\n",
    "many mistakes": SMALL + "claims: [" + "{name: x}, " * 900 + "]\n",
    "many unknown names": SMALL.replace("[lstm]", "[" + ", ".join(f"lstn{i}" for i in range(990)) + "]")
    + "claims: ["
    + "{name: x, sentence: x, first: elmen, task: travle, wanted: above}, " * 900
    + "]\n",
    "a path of many folders": "tasks: [{task: columns, train: '" + "a/" * 400_000 + "', test: x}]\n",
    "more than a file may have": "#" * 2_000_000,
}


def limit_memory() -> None:
    size = GIGABYTES * 2**30
    resource.setrlimit(resource.RLIMIT_DATA, (size, size))


def plan(folder, *files):
    command = [sys.executable, "-m", "rnnbench", "plan", *(word for file in files for word in ("--configfile", file))]
    return subprocess.run(
        command, cwd=folder, capture_output=True, text=True, timeout=SECONDS, preexec_fn=limit_memory, check=False
    )


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_rejected(tmp_path, name):
    (tmp_path / "config.yaml").write_text(BOMBS[name])
    result = plan(tmp_path)
    assert (result.returncode, result.stdout) == (2, "")
    check_message(result.stderr)
    assert not (tmp_path / "results").exists()


def test_an_infinite_file_is_rejected(tmp_path):
    (tmp_path / "config.yaml").write_text(SMALL)
    result = plan(tmp_path, "/dev/zero")
    assert (result.returncode, result.stderr) == (2, "/dev/zero: cannot be read: not a file\n")


def test_the_largest_that_is_allowed_is_planned(tmp_path):
    """The limits are useful only if the largest experiment that they allow is planned in reasonable time."""
    seeds = "tasks: [{task: travel, seed: [0, 1, 2, 3, 4]}]\n" + SMALL.partition("\n")[2]
    (tmp_path / "config.yaml").write_text(seeds + "training: {seeds: 10000, learning_rates: [0.01, 0.02]}\n")
    result = plan(tmp_path)
    assert result.stdout.splitlines()[0] == "5 combinations, 50015 runs: 0 done, 50015 to do"
