"""Read a language from a text that a person can write.

    # A rule is a name and, below it and indented, one alternative per line. The first rule is the whole language.
    sentence:
        3: [0.2: please] <verb> to/from <pause> @place {destination/origin: <city>}
        late: leaving/going {O: now}
    verb:
        fly
        (2: go | travel)
    pause, 0 to longest words:
        then
        with my wife
    city, zipf 0.9:
        taipei
        new york

`<name>` stands for a rule, `( | )` for one of several alternatives, `[ ]` for an optional part, `{slot: }` for the
words that fill a slot. A number before an alternative is its weight (default 1), a number after `[` the probability of
the part (default 0.5). In a rule with `zipf s` the n-th line has the weight 1 / n^s instead. In a rule with
`least to most words` lines are drawn one after the other until the number of words lies in that range.

`@name` means that the words in braces after it in the same alternative show a phenomenon. `{O: }` are braces without a
slot.

`this/that` is "this" on side 0 of the language and "that" on side 1; a slot's name may have two sides, too. All other
text is the same on both sides.

Instead of a number there may be a name, whose value is given when the text is read. An alternative whose weight is 0 is
then left out, as is an optional part with probability 0; with probability 1 it is always there.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from rnnbench.common.errors import UserError, did_you_mean
from rnnbench.data.language.expressions import Chain, Choice, Expression, Maybe, PhraseSequence, Slot, Tagged, Word
from rnnbench.data.language.lengths import by_length

_NAME, _VALUE = r"[a-z][a-z0-9_-]*", r"\d+(?:\.\d+)?|[a-z][a-z0-9_]*"
_HEADER = re.compile(
    rf"(?P<name>{_NAME})(, zipf (?P<zipf>\d+(\.\d+)?)|, (?P<least>{_VALUE}) to (?P<most>{_VALUE}) words)?:"
)
_TOKEN = re.compile(
    rf"(?P<value>{_VALUE}):(?=\s|$)|<(?P<rule>{_NAME})>|\{{(?P<slot>O|[a-z][a-z0-9_/]*):|@(?P<tag>[a-z][a-z0-9_]*)"
    r"|(?P<mark>[()\[\]}|])|(?P<word>[^\s()\[\]{}|<>:@]+)|(?P<unknown>\S)"
)
_EXPECTED = "expected 'name:', 'name, zipf 1.0:' or 'name, 0 to 9 words:'"
_ENDS = [("mark", mark) for mark in "|)]}"]
"""The tokens that end an alternative."""

Rewriting = Mapping[str, Callable[[Expression], Expression]]
"""Name of a rule -> a function that replaces the expression that the text gives for it."""


def read_grammar(
    path: Path, *, side: int = 0, values: Mapping[str, float] | None = None, rewrite: Rewriting | None = None
) -> Expression:
    """Return one side of the language in a file; raises UserError, with file and line, if it is not well formed."""
    text = path.read_text(encoding="utf-8")
    return parse_grammar(text, path.name, side=side, values=values, rewrite=rewrite)


def parse_grammar(
    text: str,
    source: str,
    *,
    side: int = 0,
    values: Mapping[str, float] | None = None,
    rewrite: Rewriting | None = None,
) -> Expression:
    """Return one side of the language in a text; raises UserError, with `source` and line, if it is not well formed.

    `values`: name -> the number that it stands for. The expressions of both sides have the same shape.
    """
    rules = _rules(text, source)
    if not rules:
        raise UserError(f"{source}:1: there is no rule")
    for name in (rewrite or {}).keys() - rules:
        raise UserError(f"{source}:1: there is no rule {name!r}{did_you_mean(name, rules)}")
    grammar = _Grammar(rules, source, side, values or {}, rewrite or {})
    language = grammar.tree(next(iter(rules)))
    unused = [name for name in rules if name not in grammar.trees]
    if unused:
        raise UserError("\n".join(f"{source}:{rules[name].line}: nothing uses the rule {name!r}" for name in unused))
    return language


_Option = tuple[float, Expression]
"""A weight, and the expression that it belongs to."""


@dataclass(frozen=True)
class _Rule:
    """A rule as text."""

    line: int
    """The number of its first line."""
    zipf: float | None
    """The exponent of Zipf weights."""
    words: tuple[str, str] | None
    """The least and the largest number of words, of a rule whose alternatives are drawn one after the other."""
    alternatives: list[tuple[int, str]] = field(default_factory=list)
    """The line number and the text of each alternative."""


def _rules(text: str, source: str) -> Mapping[str, _Rule]:
    """Return name -> rule, in order of the text."""
    rules: dict[str, _Rule] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        content = line.partition("#")[0].rstrip()
        if content.startswith((" ", "\t")) and rules:
            next(reversed(rules.values())).alternatives.append((number, content))
        elif content:
            name, rule = _header(content, number, source)
            if name in rules:
                raise UserError(f"{source}:{number}: the rule {name!r} is already on line {rules[name].line}")
            rules[name] = rule
    return rules


def _header(content: str, number: int, source: str) -> tuple[str, _Rule]:
    header = _HEADER.fullmatch(content)
    if header is None:
        raise UserError(f"{source}:{number}: {_EXPECTED}, not {content.strip()!r}")
    words = (header["least"], header["most"]) if header["least"] else None
    return header["name"], _Rule(number, float(header["zipf"]) if header["zipf"] else None, words)


@dataclass
class _Grammar:
    """The rules as text, and the trees of those already parsed; None marks a rule that is being parsed."""

    rules: Mapping[str, _Rule]
    source: str
    side: int
    values: Mapping[str, float]
    rewrite: Rewriting
    trees: dict[str, Expression | None] = field(default_factory=dict)

    def tree(self, name: str) -> Expression:
        """Return the tree of a rule; it is parsed at the first call, with all rules that it uses."""
        rule = self.rules[name]
        if name not in self.trees:
            self.trees[name] = None
            tree = self._parse(name, rule)
            self.trees[name] = self.rewrite[name](tree) if name in self.rewrite else tree
        tree = self.trees[name]
        if tree is None:
            raise UserError(f"{self.source}:{rule.line}: the rule {name!r} uses itself")
        return tree

    def value(self, text: str, place: str) -> float:
        """Return the number in the text, or the value of the name in it."""
        if text[0].isdigit():
            return float(text)
        if text not in self.values:
            raise UserError(f"{place}: there is no value {text!r}{did_you_mean(text, self.values)}")
        return self.values[text]

    def _parse(self, name: str, rule: _Rule) -> Expression:
        place = f"{self.source}:{rule.line}"
        if not rule.alternatives:
            raise UserError(f"{place}: the rule {name!r} has no alternative")
        options = [_AlternativeParser(self, number, text).parse() for number, text in rule.alternatives]
        if rule.zipf is not None:
            options = self._zipf_weighted(name, rule, options)
        choice = Choice(tuple((weight, option) for weight, option in options if weight > 0))
        if not choice.options:
            raise UserError(f"{place}: every alternative of the rule {name!r} has the weight 0")
        return choice if rule.words is None else self._fill(choice, rule.words, place)

    def _zipf_weighted(self, name: str, rule: _Rule, options: list[_Option]) -> list[_Option]:
        for (number, _), (weight, _) in zip(rule.alternatives, options, strict=True):
            if weight != 1:
                reason = f"the rule {name!r} has zipf weights, so a line cannot have its own"
                raise UserError(f"{self.source}:{number}: {reason}")
        return [(rank ** -(rule.zipf or 0), option) for rank, (_, option) in enumerate(options, start=1)]

    def _fill(self, choice: Choice, words: tuple[str, str], place: str) -> PhraseSequence:
        min_words, max_words = (self.value(text, place) for text in words)
        if min_words % 1 or max_words % 1:
            raise UserError(f"{place}: a number of words must be whole")
        try:
            return PhraseSequence(by_length(choice), int(min_words), int(max_words))
        except ValueError as error:
            raise UserError(f"{place}: {error}") from None


class _AlternativeParser:
    """Parses one alternative of a rule, from left to right."""

    def __init__(self, grammar: _Grammar, number: int, text: str) -> None:
        self.grammar = grammar
        self.place = f"{grammar.source}:{number}"
        self.tokens = [(match.lastgroup or "", match[match.lastgroup or ""]) for match in _TOKEN.finditer(text)]

    def parse(self) -> _Option:
        """Return the alternative's weight and tree."""
        try:
            option = self._alternative()
        except ValueError as error:  # expressions refuse some parts, such as an empty slot
            raise UserError(f"{self.place}: {error}") from None
        if self.tokens:
            raise UserError(f"{self.place}: {self.tokens[0][1]!r} is not expected here")
        return option

    def _alternative(self) -> _Option:
        has_name = bool(self.tokens) and not self.tokens[0][1][0].isdigit()
        weight = self._value(1.0)
        if weight < 0 or (weight == 0 and not has_name):
            raise UserError(f"{self.place}: a weight must be above 0")
        return weight, self._sequence()

    def _sequence(self) -> Expression:
        parts: list[Expression] = []
        while self.tokens and self.tokens[0] not in _ENDS:
            kind, text = self.tokens.pop(0)
            parts.append(Tagged(text, self._sequence()) if kind == "tag" else self._part(kind, text))
        if not parts:
            raise UserError(f"{self.place}: an alternative has no words; write an optional part in [ ]")
        return parts[0] if len(parts) == 1 else Chain(tuple(parts))

    def _part(self, kind: str, text: str) -> Expression:
        match kind, text:
            case "word", _:
                return Word(self._side(text))
            case "rule", _:
                return self._rule(text)
            case "slot", _:
                return Slot(self._side(text), self._alternatives("}"))
            case "mark", "(":
                return self._alternatives(")")
            case "mark", "[":
                return self._maybe()
            case _:
                raise UserError(f"{self.place}: {text!r} is not expected here")

    def _maybe(self) -> Expression:
        has_name = bool(self.tokens) and not self.tokens[0][1][0].isdigit()
        probability = self._value(0.5)
        part = self._alternatives("]")
        if has_name and probability in (0, 1):
            return part if probability else Chain(())
        return Maybe(probability, part)

    def _alternatives(self, closing: str) -> Expression:
        options = [self._alternative()]
        while self.tokens and self.tokens[0] == ("mark", "|"):
            self.tokens.pop(0)
            options.append(self._alternative())
        if not self.tokens or self.tokens.pop(0) != ("mark", closing):
            raise UserError(f"{self.place}: {closing!r} is missing")
        possible = tuple((weight, option) for weight, option in options if weight > 0)
        if not possible:
            raise UserError(f"{self.place}: every alternative has the weight 0")
        return possible[0][1] if len(possible) == 1 else Choice(possible)

    def _rule(self, name: str) -> Expression:
        if name not in self.grammar.rules:
            raise UserError(f"{self.place}: there is no rule {name!r}{did_you_mean(name, self.grammar.rules)}")
        return self.grammar.tree(name)

    def _side(self, text: str) -> str:
        """Return the part of the text for the side that is read."""
        sides = text.split("/")
        if len(sides) > 2 or not all(sides):
            raise UserError(f"{self.place}: {text!r} must have two sides, as in this/that")
        return sides[self.grammar.side % len(sides)]

    def _value(self, default: float) -> float:
        """Return the number that comes next, or the default if there is none."""
        if self.tokens and self.tokens[0][0] == "value":
            return self.grammar.value(self.tokens.pop(0)[1], self.place)
        return default
