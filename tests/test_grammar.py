"""The text form of a language, and what it says about mistakes."""

from pathlib import Path

import pytest

from rnnbench.errors import UserError
from rnnbench.expressions import Chain, Choice, Maybe, Slot, Word
from rnnbench.grammar import parse_grammar, read_grammar


def test_every_construct() -> None:
    text = """\
# a comment above
sentence: # and beside
    3: [0.2: please] go
    (2: to | from) <place>   # a reference
place:
    {destination: new york}
"""
    place = Choice(((1.0, Slot("destination", Chain((Word("new"), Word("york"))))),))
    either = Choice(((2.0, Word("to")), (1.0, Word("from"))))
    go = Chain((Maybe(0.2, Word("please")), Word("go")))
    assert parse_grammar(text, "x.txt") == Choice(((3.0, go), (1.0, Chain((either, place)))))


def test_what_may_be_left_out_may_have_alternatives() -> None:
    tree = parse_grammar("s:\n    a [b | 3: c d]\n", "x.txt")
    options = Choice(((1.0, Word("b")), (3.0, Chain((Word("c"), Word("d"))))))
    assert tree == Choice(((1.0, Chain((Word("a"), Maybe(0.5, options)))),))


def test_zipf_weights_fall_with_the_line() -> None:
    tree = parse_grammar("s, zipf 0.5:\n    a\n    b\n    c d\n", "x.txt")
    assert isinstance(tree, Choice)
    assert [weight for weight, _ in tree.options] == pytest.approx([1, 2**-0.5, 3**-0.5])


def test_words_may_have_digits_and_marks() -> None:
    tree = parse_grammar("s:\n    2nd d'or 3\n", "x.txt")
    assert tree == Choice(((1.0, Chain((Word("2nd"), Word("d'or"), Word("3")))),))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "x.txt:1: there is no rule"),
        ("s:\n    a\n    (b | c\n", r"x.txt:3: '\)' is missing"),
        ("s:\n    [b\n", r"x.txt:2: '\]' is missing"),
        ("s:\n    {x: b\n", "x.txt:2: '}' is missing"),
        ("s:\n    a )\n", r"x.txt:2: '\)' is not expected here"),
        ("s:\n    a | b\n", r"x.txt:2: '\|' is not expected here"),
        ("s:\n    a < b\n", "x.txt:2: '<' is not expected here"),
        ("s:\n    a 3: b\n", "x.txt:2: '3' is not expected here"),
        ("s:\n    (a | )\n", "x.txt:2: an alternative has no words"),
        ("s:\n    3:\n", "x.txt:2: an alternative has no words"),
        ("s:\n    <city>\ncities:\n    a\n", "x.txt:2: there is no rule 'city'; did you mean 'cities'"),
        ("s:\n    a\nt:\n    b\n", "x.txt:3: nothing uses the rule 't'"),
        ("s:\n    <t>\nt:\n    b <s>\n", "x.txt:1: the rule 's' uses itself"),
        ("s:\n    a\ns:\n    b\n", "x.txt:3: the rule 's' is already on line 1"),
        ("s:\n", "x.txt:1: the rule 's' has no alternative"),
        ("sentence\n    a\n", "x.txt:1: expected 'name:' or 'name, zipf 1.0:', not 'sentence'"),
        ("s:\n    {x: [a]}\n", "x.txt:2: the slot 'x' may be empty"),
        ("s:\n    {x: a {y: b}}\n", "x.txt:2: the slot 'x' holds another slot"),
        ("s:\n    [1.5: a]\n", "x.txt:2: a probability must lie between 0 and 1, not be 1.5"),
        ("s:\n    (0: a | b)\n", "x.txt:2: a weight must be above 0"),
        ("s:\n    0: a\n", "x.txt:2: a weight must be above 0"),
        ("s, zipf 1:\n    a\n    2: b\n", "x.txt:3: the rule 's' has zipf weights, so a line cannot have its own"),
        ("    a\n", "x.txt:1: expected 'name:'"),
    ],
)
def test_mistakes_name_file_and_line(text: str, message: str) -> None:
    with pytest.raises(UserError, match=message):
        parse_grammar(text, "x.txt")


def test_a_file_is_named_in_its_mistakes(tmp_path: Path) -> None:
    (tmp_path / "language.txt").write_text("s:\n    (a\n")
    with pytest.raises(UserError, match=r"language.txt:2: '\)' is missing"):
        read_grammar(tmp_path / "language.txt")
