"""Reads a language from a text that a person can write.

    # A rule is a name and, below it and indented, one alternative per line. The first rule is the whole language.
    sentence:
        3: [0.2: please] <verb> to {destination: <city>}
        going to {destination: <city>}
    verb:
        fly
        (2: go | travel)
    city, zipf 0.9:
        taipei
        new york

`<name>` stands for a rule, `( | )` for one of several, `[ ]` for what may be left out, `{slot: }` for the words that
fill a slot. A number before an alternative is its weight (1 where none is given), a number after `[` its probability
(0.5 where none is given). In a rule with `zipf s` the n-th line has the weight 1 / n^s instead.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from rnnbench.errors import UserError, did_you_mean
from rnnbench.expressions import Chain, Choice, Expression, Maybe, Slot, Word

_HEADER = re.compile(r"(?P<name>[a-z][a-z0-9_-]*)(, zipf (?P<zipf>\d+(\.\d+)?))?:")
_TOKEN = re.compile(
    r"(?P<number>\d+(\.\d+)?):(?=\s|$)|<(?P<rule>[a-z][a-z0-9_-]*)>|\{(?P<slot>[a-z][a-z0-9_]*):"
    r"|(?P<mark>[()\[\]}|])|(?P<word>[^\s()\[\]{}|<>:]+)|(?P<unknown>\S)"
)
_ENDS = [("mark", mark) for mark in "|)]}"]
"""The tokens at which an alternative ends."""


def read_grammar(path: Path) -> Expression:
    """Return the language in a file. Raises UserError, with file and line, where it is not well formed."""
    return parse_grammar(path.read_text(encoding="utf-8"), path.name)


def parse_grammar(text: str, source: str) -> Expression:
    """Return the language in a text; mistakes are reported under the name `source`."""
    rules = _rules(text, source)
    if not rules:
        raise UserError(f"{source}:1: there is no rule")
    grammar = _Grammar(rules, source)
    whole = grammar.tree(next(iter(rules)))
    unused = [name for name in rules if name not in grammar.trees]
    if unused:
        raise UserError("\n".join(f"{source}:{rules[name].line}: nothing uses the rule {name!r}" for name in unused))
    return whole


@dataclass(frozen=True)
class _Rule:
    line: int
    zipf: float | None
    alternatives: list[tuple[int, str]] = field(default_factory=list)
    """The line number and the text of each."""


def _rules(text: str, source: str) -> Mapping[str, _Rule]:
    """Return the rules by name, in order, their alternatives still as text."""
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
        raise UserError(f"{source}:{number}: expected 'name:' or 'name, zipf 1.0:', not {content.strip()!r}")
    return header["name"], _Rule(number, float(header["zipf"]) if header["zipf"] else None)


@dataclass
class _Grammar:
    """The rules as text, and those already read as trees; None marks a rule that is being read."""

    rules: Mapping[str, _Rule]
    source: str
    trees: dict[str, Expression | None] = field(default_factory=dict)

    def tree(self, name: str) -> Expression:
        """Return the tree of a rule; it and what it uses are read when first asked for."""
        rule = self.rules[name]
        if name not in self.trees:
            self.trees[name] = None
            self.trees[name] = self._choice(name, rule)
        tree = self.trees[name]
        if tree is None:
            raise UserError(f"{self.source}:{rule.line}: the rule {name!r} uses itself")
        return tree

    def _choice(self, name: str, rule: _Rule) -> Expression:
        if not rule.alternatives:
            raise UserError(f"{self.source}:{rule.line}: the rule {name!r} has no alternative")
        options = [_Line(self, number, text).read() for number, text in rule.alternatives]
        if rule.zipf is None:
            return Choice(tuple(options))
        for (number, _), (weight, _) in zip(rule.alternatives, options, strict=True):
            if weight != 1:
                why = f"the rule {name!r} has zipf weights, so a line cannot have its own"
                raise UserError(f"{self.source}:{number}: {why}")
        return Choice(tuple((rank**-rule.zipf, option) for rank, (_, option) in enumerate(options, start=1)))


class _Line:
    """Reads one alternative of a rule, from left to right."""

    def __init__(self, grammar: _Grammar, number: int, text: str) -> None:
        self.grammar = grammar
        self.place = f"{grammar.source}:{number}"
        found = [(match.lastgroup or "", match) for match in _TOKEN.finditer(text)]
        self.tokens = [(kind, match[kind]) for kind, match in found]

    def read(self) -> tuple[float, Expression]:
        """Return the line's weight and tree."""
        try:
            option = self._alternative()
        except ValueError as mistake:  # what the expressions themselves refuse, such as an empty slot
            raise UserError(f"{self.place}: {mistake}") from None
        if self.tokens:
            raise UserError(f"{self.place}: {self.tokens[0][1]!r} is not expected here")
        return option

    def _alternative(self) -> tuple[float, Expression]:
        weight = self._number(1.0)
        if weight <= 0:
            raise UserError(f"{self.place}: a weight must be above 0")
        parts: list[Expression] = []
        while self.tokens and self.tokens[0] not in _ENDS:
            parts.append(self._part(*self.tokens.pop(0)))
        if not parts:
            raise UserError(f"{self.place}: an alternative has no words; what may be left out stands in [ ]")
        return weight, parts[0] if len(parts) == 1 else Chain(tuple(parts))

    def _part(self, kind: str, text: str) -> Expression:
        match kind, text:
            case "word", _:
                return Word(text)
            case "rule", _:
                return self._rule(text)
            case "slot", _:
                return Slot(text, self._alternatives("}"))
            case "mark", "(":
                return self._alternatives(")")
            case "mark", "[":
                return Maybe(self._number(0.5), self._alternatives("]"))
            case _:
                raise UserError(f"{self.place}: {text!r} is not expected here")

    def _alternatives(self, closing: str) -> Expression:
        options = [self._alternative()]
        while self.tokens and self.tokens[0] == ("mark", "|"):
            self.tokens.pop(0)
            options.append(self._alternative())
        if not self.tokens or self.tokens.pop(0) != ("mark", closing):
            raise UserError(f"{self.place}: {closing!r} is missing")
        return options[0][1] if len(options) == 1 else Choice(tuple(options))

    def _rule(self, name: str) -> Expression:
        if name not in self.grammar.rules:
            raise UserError(f"{self.place}: there is no rule {name!r}{did_you_mean(name, self.grammar.rules)}")
        return self.grammar.tree(name)

    def _number(self, default: float) -> float:
        """Return the number that stands next, or the default where none does."""
        return float(self.tokens.pop(0)[1]) if self.tokens and self.tokens[0][0] == "number" else default
