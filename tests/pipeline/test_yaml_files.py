"""YAML files: what a configuration must not contain is rejected with its line, all else is read as YAML defines it."""

from pathlib import Path

import pytest
import yaml

from rnnbench.common.errors import UserError
from rnnbench.pipeline.config.yaml_files import MAX_BYTES, MAX_DEPTH, MAX_VALUES, read_tree


def read(folder, data):
    file = folder / "my.yaml"
    file.write_bytes(data if isinstance(data, bytes) else data.encode())
    return read_tree(file)[1]


def chain(depth):
    """Return lists that are nested through aliases alone, so that the text itself is flat."""
    return "\n".join(["a0: &a0 []", *(f"a{i}: &a{i} [*a{i - 1}]" for i in range(1, depth))])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# nothing",
        "a: [1, 0.5, x, true, ~, 'a: b', \"\\u00e9\"]\nb: {c: d}\n",
        "a: &a {x: 1, y: 2}\nb: {<<: *a, y: 3}\nc: [*a, *a]\n",
        "a: |\n  two\n  lines\n",
        "a: 1e-3\nb: 1_000\nc: -.5\n",
        '"2024-01-01": "2024-01-01"\n',
        "a: " + "[" * (MAX_DEPTH - 2) + "]" * (MAX_DEPTH - 2),
        chain(MAX_DEPTH - 1),
    ],
)
def test_contents_are_those_that_yaml_defines(tmp_path, text):
    assert read(tmp_path, text) == yaml.safe_load(text)
    assert read(tmp_path, "\ufeff" + text.replace("\n", "\r\n")) == yaml.safe_load(text)


DUPLICATE = "duplicate key 'b', already on line 2; remove one of them"
TOO_DEEP = "lists and mappings are nested more than 50 deep"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: &a [*a]", "1: the alias *a is inside the value it refers to"),
        ("a: 1\nb: &b {c: {d: *b}}", "2: the alias *b is inside the value it refers to"),
        ("a: *b", "1: not valid YAML: found undefined alias 'b'"),
        ("a: 1\nb: 2\nc: 3\nb: 4", "4: " + DUPLICATE),
        ("a:\n  b: 1\n  'b': 2", "3: " + DUPLICATE),
        ("a: 1\n1: 2", "2: a key must be a text, and YAML reads '1' as something else; put quotes around it"),
        ("on: 1", "1: a key must be a text, and YAML reads 'on' as something else; put quotes around it"),
        ("? [a]\n: 1", "1: a key must be a text, not a list or a mapping"),
        ('"a\\nb": 1', "1: 'a\\nb' is not a valid key: a key has one line and at most 60 characters"),
        ("x" * 61 + ": 1", f"1: '{'x' * 27}...' is not a valid key: a key has one line and at most 60 characters"),
        (
            "a: 1\nb: !!python/object/apply:os.system [x]",
            "2: the tag 'tag:yaml.org,2002:python/object/apply:os.system'",
        ),
        ("a: !!set {x}", "1: the tag 'tag:yaml.org,2002:set' is not supported; remove it"),
        ("a: !!int x", "1: the tag 'tag:yaml.org,2002:int' is not supported; remove it"),
        ("a: !mine x", "1: the tag '!mine' is not supported; remove it"),
        ("a: 2024-01-01", "1: YAML reads this as a date: '2024-01-01'; put quotes around it"),
        ("a: 2024-99-99", "1: YAML reads this as a date: '2024-99-99'; put quotes around it"),
        ("a: =", "1: YAML reads this as a special value: '='; put quotes around it"),
        ("a: 1:30", "1: YAML reads this as a number in base 60: '1:30'; put quotes around it"),
        ("a: " + "1" * 5000, "1: a number of 5000 digits is too long; at most 40 are allowed"),
        ("a: 1\n---\nb: 2", "2: not valid YAML: but found another document"),
        ("a: \0", "1: control character U+0000 is not allowed; remove it"),
        ("a: 1\nb: \x1b[31m", "2: control character U+001B is not allowed; remove it"),
        ('a: 1\nb: "\\e[31m"', "2: control character U+001B is not allowed; remove it"),
        ('a: "\\ud800"', "1: control character U+D800 is not allowed; remove it"),
        ("a: 1\rb: 2", "1: control character U+000D is not allowed; remove it"),
        (b"a: 1\nb: \xff", "2: not UTF-8; save the file in that encoding"),
        ("a: 1".encode("utf-16"), "1: not UTF-8; save the file in that encoding"),
        ("a: 1\nb: " + "[" * MAX_DEPTH + "]" * MAX_DEPTH, "2: " + TOO_DEEP),
        ("a: " + "[" * 100_000, "1: " + TOO_DEEP),
        (chain(MAX_DEPTH + 1), f"{MAX_DEPTH + 1}: " + TOO_DEEP),
        ("<<: 1", "1: not valid YAML: expected a mapping or list of mappings for merging, but found scalar"),
    ],
)
def test_what_no_configuration_has_is_rejected_with_its_line(tmp_path, text, message):
    with pytest.raises(UserError) as error:
        read(tmp_path, text)
    assert str(error.value).startswith(f"{tmp_path}/my.yaml:{message}")
    assert "\n" not in str(error.value)


def test_a_large_file_is_rejected_before_it_is_read(tmp_path):
    assert read(tmp_path, "#" * MAX_BYTES) is None
    with pytest.raises(UserError, match=r"my\.yaml: has more than 1,000,000 bytes"):
        read(tmp_path, "#" * (MAX_BYTES + 1))


def test_aliases_count_as_what_they_stand_for(tmp_path):
    thousand = "a: &a [" + "1, " * 998 + "]\n"
    assert len(read(tmp_path, thousand + "b: [" + "*a, " * 98 + "]")["b"]) == 98
    with pytest.raises(
        UserError, match=rf"yaml:2: has 100,9\d\d values once aliases are resolved; at most {MAX_VALUES:,} are allowed"
    ):
        read(tmp_path, thousand + "b: [" + "*a, " * 101 + "]")


@pytest.mark.parametrize("path", ["/dev/zero", "/dev/stdin", ".", "no\0where"])
def test_what_is_no_file_is_rejected(path):
    with pytest.raises(UserError, match="cannot be read: "):
        read_tree(Path(path))
