"""Any bytes are a configuration, or a mistake reported in a few lines."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.fuzzing import BUNDLED, check_message, examples, without_hanging
from rnnbench.common.errors import UserError
from rnnbench.pipeline.config.load import load_settings

TOKENS = [
    *(
        "[",
        "]",
        "{",
        "}",
        ":",
        ": ",
        ",",
        "- ",
        "\n",
        "\n  ",
        "#",
        "&a ",
        "*a",
        "*memory",
        "<<: ",
        "!!",
        "!!python/name:os",
    ),
    *(
        "'",
        '"',
        "|\n",
        ">",
        "? ",
        "---\n",
        "...",
        "%YAML 1.1\n",
        "\t",
        "\0",
        "\x1b",
        "\x85",
        "\u2028",
        "\ufeff",
        "~",
        "@",
    ),
    *(
        "true",
        "-1",
        "0",
        "1e999",
        ".nan",
        ".inf",
        "9" * 50,
        "0x10",
        "1:30",
        "2024-01-01",
        "=",
        "null",
        "\\",
        "../..",
        "é",
    ),
    *(
        "tasks",
        "task",
        "travel",
        "columns",
        "train",
        "name",
        "encoders",
        "architectures",
        "lecture",
        "size",
        "cell",
        "seeds",
    ),
]
BYTE_TOKENS = [*(token.encode() for token in TOKENS), b"\xff", b"\xc3", b"\xed\xa0\x80"]


@st.composite
def mutated(draw):
    """Draw a bundled configuration in which some bytes are removed, repeated, reversed or replaced."""
    data = draw(st.sampled_from(BUNDLED)).read_bytes()
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(data)))
        end = min(len(data), start + draw(st.sampled_from([0, 1, 2, 5, 20, 200])))
        piece = data[start:end]
        new = draw(st.sampled_from([*BYTE_TOKENS, b"", piece * 2, piece[::-1]]))
        data = data[:start] + new + data[end:]
    return data


TEXTS = st.lists(st.sampled_from(BYTE_TOKENS), max_size=40).map(b"".join)


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    return tmp_path_factory.mktemp("texts") / "my.yaml"


def check(paths):
    with without_hanging():
        try:
            load_settings(paths)
        except UserError as error:
            check_message(str(error))


@examples(500)
@given(data=mutated())
def test_a_damaged_configuration(file, data):
    file.write_bytes(data)
    check([file])


@examples(250)
@given(data=mutated() | TEXTS)
def test_a_damaged_configuration_over_the_default(file, data):
    file.write_bytes(data)
    check([BUNDLED[0], file])


@examples(250)
@given(
    data=st.binary(max_size=200) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass")) | TEXTS
)
def test_any_bytes(file, data):
    file.write_bytes(data)
    check([file])
