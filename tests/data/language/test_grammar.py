"""Grammars as text, and the messages for mistakes in them."""

from pathlib import Path

import pytest

from rnnbench.common.errors import UserError
from rnnbench.data.language.expressions import Chain, Choice, Maybe, PhraseSequence, Slot, Tagged, Word
from rnnbench.data.language.grammar import parse_grammar, read_grammar


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


def test_a_word_or_slot_may_have_two_sides() -> None:
    text = "s:\n    arrive/leave in {destination/origin: taipei}\n"
    arrive, leave = (parse_grammar(text, "x.txt", side=side) for side in (0, 1))
    assert arrive == Choice(((1.0, Chain((Word("arrive"), Word("in"), Slot("destination", Word("taipei"))))),))
    assert leave == Choice(((1.0, Chain((Word("leave"), Word("in"), Slot("origin", Word("taipei"))))),))


def test_a_tag_holds_for_what_follows_in_its_alternative() -> None:
    tree = parse_grammar("s:\n    a @x {p: b} ({q: c} @y {O: d} | e) f\n", "x.txt")
    inner = Choice(((1.0, Chain((Slot("q", Word("c")), Tagged("y", Slot("O", Word("d")))))), (1.0, Word("e"))))
    tagged = Tagged("x", Chain((Slot("p", Word("b")), inner, Word("f"))))
    assert tree == Choice(((1.0, Chain((Word("a"), tagged))),))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (0.25, Choice(((0.25, Word("a")), (1.0, Chain((Word("b"), Maybe(0.25, Word("c")))))))),
        (0, Choice(((1.0, Chain((Word("b"), Chain(())))),))),
        (1, Choice(((1, Word("a")), (1.0, Chain((Word("b"), Word("c"))))))),
    ],
)
def test_numbers_may_have_names(value: float, expected: Choice) -> None:
    assert parse_grammar("s:\n    share: a\n    b [share: c]\n", "x.txt", values={"share": value}) == expected


def test_a_rule_may_count_its_words() -> None:
    text = "s:\n    <t>\nt, 0 to most words:\n    3: a\n    b c\n"
    phrases = {1: (0.75, Word("a")), 2: (0.25, Chain((Word("b"), Word("c"))))}
    assert parse_grammar(text, "x.txt", values={"most": 4}) == Choice(((1.0, PhraseSequence(phrases, 0, 4)),))


def test_a_rule_may_be_rewritten() -> None:
    text = "s:\n    <t> <t>\nt:\n    a\n"
    seen: list[object] = []
    tree = parse_grammar(text, "x.txt", rewrite={"t": lambda rule: seen.append(rule) or Word("z")})
    assert tree == Choice(((1.0, Chain((Word("z"), Word("z")))),))
    assert seen == [Choice(((1.0, Word("a")),))]


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
        ("sentence\n    a\n", "x.txt:1: expected 'name:', 'name, zipf 1.0:' or 'name, 0 to 9 words:', not 'sent"),
        ("s:\n    {x: [a]}\n", "x.txt:2: the slot 'x' may be empty"),
        ("s:\n    {x: a {y: b}}\n", "x.txt:2: the slot 'x' holds another slot"),
        ("s:\n    [1.5: a]\n", "x.txt:2: a probability must lie between 0 and 1, not be 1.5"),
        ("s:\n    (0: a | b)\n", "x.txt:2: a weight must be above 0"),
        ("s:\n    0: a\n", "x.txt:2: a weight must be above 0"),
        ("s, zipf 1:\n    a\n    2: b\n", "x.txt:3: the rule 's' has zipf weights, so a line cannot have its own"),
        ("    a\n", "x.txt:1: expected 'name:'"),
        ("s:\n    [0: a] b\n", "x.txt:2: a probability must lie between 0 and 1, not be 0"),
        ("s:\n    a\n    shar: b\n", "x.txt:3: there is no value 'shar'; did you mean 'share'"),
        ("s:\n    [shar: b]\n", "x.txt:2: there is no value 'shar'; did you mean 'share'"),
        ("s:\n    never: a\n", "x.txt:1: every alternative of the rule 's' has the weight 0"),
        ("s:\n    (never: a)\n", "x.txt:2: every alternative has the weight 0"),
        ("s:\n    a @x\n", "x.txt:2: an alternative has no words"),
        ("s:\n    a/b/c\n", "x.txt:2: 'a/b/c' must have two sides, as in this/that"),
        ("s:\n    a/\n", "x.txt:2: 'a/' must have two sides"),
        ("s:\n    {x/: a}\n", "x.txt:2: 'x/' must have two sides"),
        ("s:\n    {O: {x: b}}\n", "x.txt:2: the slot 'O' holds another slot"),
        ("s:\n    <t>\nt, 3 to 2 words:\n    a\n", "x.txt:3: from 3 to 2 words are not possible"),
        ("s:\n    <t>\nt, 0 to share words:\n    a\n", "x.txt:3: a number of words must be whole"),
        ("s:\n    <t>\nt, 0 to mst words:\n    a\n", "x.txt:3: there is no value 'mst'"),
        ("s:\n    <t>\nt, 0 to 2 words:\n    a b\n", "x.txt:3: some phrases must have one word"),
        ("s, 0 to 2 words:\n    <t>\nt, 1 to 2 words:\n    a\n", "x.txt:1: a rule that counts its words cannot"),
    ],
)
def test_mistakes_name_file_and_line(text: str, message: str) -> None:
    with pytest.raises(UserError, match=message):
        parse_grammar(text, "x.txt", values={"share": 0.5, "never": 0})


def test_a_rule_to_rewrite_must_exist() -> None:
    with pytest.raises(UserError, match=r"x.txt:1: there is no rule 'cty'; did you mean 'city'"):
        parse_grammar("city:\n    a\n", "x.txt", rewrite={"cty": lambda rule: rule})


def test_a_file_is_named_in_its_mistakes(tmp_path: Path) -> None:
    (tmp_path / "language.txt").write_text("s:\n    (a\n")
    with pytest.raises(UserError, match=r"language.txt:2: '\)' is missing"):
        read_grammar(tmp_path / "language.txt")
