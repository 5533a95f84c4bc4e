"""What happens in a memory at each step: sentences in English and Chinese, and the equations with their numbers."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from rnnbench.report.page.table import several
from rnnbench.report.sections.memory.register_text import near, number
from rnnbench.report.views.register_memory import ABLATED, Example, Kind, TracedNetwork

OPEN = {0.9: ("open", "打开"), 0.5: ("mostly open", "大半打开"), 0.1: ("mostly shut", "大半关着")}
"""The lowest value of a gate with each description; a gate below all of them is shut."""
SHUT = ("shut", "关着")
MIN_OPEN = 0.05
"""Smallest value of a gate by which a product may be divided to show what is in front of the gate."""
TIMES, PRIME = "\N{MULTIPLICATION SIGN}", "\N{PRIME}"


@dataclass(frozen=True)
class Text:
    """A text in English and in Chinese."""

    en: str
    zh: str


@dataclass(frozen=True)
class GateName:
    """The name of a gate, and its value as the equations write it: `before`, an index, `after`."""

    name: Text
    before: str
    index: str = ""
    after: str = ""


GATE_NAMES: Mapping[Kind, Mapping[str, GateName]] = {
    "lstm": {
        "input": GateName(Text("input gate", "输入门"), "f(z", "i", ")"),
        "forget": GateName(Text("forget gate", "遗忘门"), "f(z", "f", ")"),
        "output": GateName(Text("output gate", "输出门"), "f(z", "o", ")"),
    },
    "gru": {
        "input": GateName(Text("update gate", "更新门"), "1 \N{MINUS SIGN} u"),
        "forget": GateName(Text("update gate", "更新门"), "u"),
        "reset": GateName(Text("reset gate", "重置门"), "r"),
    },
    "elman": {},
}
"""The gates of each kind of network. The input and the forget gate of a GRU are the two sides of its update gate."""


def opening(value: float) -> Text:
    """Return how far a gate is open, in words and as a number.

    >>> opening(0.99995).en, opening(0.33).zh, opening(0.03).en
    ('open (1.00)', '大半关着（0.33）', 'shut (0.03)')
    """
    english, chinese = next((words for lowest, words in OPEN.items() if value >= lowest), SHUT)
    return Text(f"{english} ({value:.2f})", f"{chinese}（{value:.2f}）")


def step_sentences(network: TracedNetwork, example: Example, step: int) -> list[Text]:
    """Return what happens at a step (0, 1, ...), in sentences."""
    events = {"lstm": _at_the_gates, "gru": _at_the_update_gate, "elman": _without_gates}[network.kind]
    return [_commands(example, step), *events(network, example, step), _answer(network, example, step)]


def _commands(example: Example, step: int) -> Text:
    """Return the number of the step and the commands of its inputs."""
    x1, x2, x3 = (number(value) for value in example.inputs[step])
    commands = []
    if example.storing[step]:
        commands.append(Text(f"x2 = {x2} stores x1 = {x1}", f"x2 = {x2}，存入x1 = {x1}"))
    if example.emptying[step]:
        commands.append(Text(f"x2 = {x2} resets the memory", f"x2 = {x2}，清空记忆"))
    if example.reading[step]:
        commands.append(Text(f"x3 = {x3} reads the memory", f"x3 = {x3}，读出记忆"))
    if not commands:
        idle = f"x2 = {x2} and x3 = {x3}, so the memory should stay as it is"
        commands.append(Text(idle, f"x2 = {x2}，x3 = {x3}，记忆应保持不变"))
    english, chinese = ", and ".join(text.en for text in commands), "；".join(text.zh for text in commands)
    return Text(f"Step {step + 1}: {english}.", f"第{step + 1}步：{chinese}。")


def _at_the_gates(network: TracedNetwork, example: Example, step: int) -> Iterator[Text]:
    written, out = number(network.written[step]), number(network.output[step])
    yield _gate(network, "input", step, Text(f"{_amount(written)} comes in", _amount_zh(written, "放进")))
    yield _gate(network, "forget", step, _rest(network, step))
    yield _now_holds(network, example, step)
    yield _gate(network, "output", step, Text(f"{_amount(out)} goes out", _amount_zh(out, "送出")))


def _gate(network: TracedNetwork, gate: str, step: int, effect: Text) -> Text:
    """Return how far a gate is open, and what that does."""
    name, shown = GATE_NAMES[network.kind][gate].name, opening(network.gates[gate][step])
    stuck = gate in network.ablated
    english, chinese = f"{'stuck ' if stuck else ''}{shown.en}", f"{'卡住，' if stuck else ''}{shown.zh}"
    return Text(f"The {name.en} is {english}: {effect.en}.", f"{name.zh}{chinese}：{effect.zh}。")


def _rest(network: TracedNetwork, step: int) -> Text:
    """Return how much of the old state stays."""
    before, kept = number(network.before[step]), number(network.kept[step])
    if before == "0":
        return Text("there is nothing to keep", "没有什么可以保留")
    return Text(f"{_amount(kept)} of the old {before} stays", f"原来的{before}{_amount_zh(kept, '保留')}")


def _at_the_update_gate(network: TracedNetwork, example: Example, step: int) -> Iterator[Text]:
    let_in, kept, reset = (float(network.gates[gate][step]) for gate in ("input", "forget", "reset"))
    written, rest = number(network.written[step]), _rest(network, step)
    yield Text(
        f"The update gate keeps u = {kept:.2f} of the old state: {rest.en}.",
        f"更新门保留旧状态的u = {kept:.2f}：{rest.zh}。",
    )
    yield Text(
        f"It lets in 1 \N{MINUS SIGN} u = {let_in:.2f} of the new value: {_amount(written)} comes in.",
        f"它放入新值的1 \N{MINUS SIGN} u = {let_in:.2f}：{_amount_zh(written, '放进')}。",
    )
    yield _now_holds(network, example, step)
    shown = opening(reset)
    yield Text(
        f"The reset gate is {shown.en}: this share of the old state enters the new value.",
        f"重置门{shown.zh}：旧状态的这一部分进入新值。",
    )


def _without_gates(network: TracedNetwork, example: Example, step: int) -> Iterator[Text]:
    units, holder = network.states.shape[1], _holder(network)
    before, after = number(network.before[step]), number(network.state[step])
    meaning = _meaning(network, example, step)
    yield Text(f"There is no gate: all {several(units, 'unit')} are replaced.", f"没有门：{units}个单元全部换新。")
    yield Text(
        f"{holder.en} goes from {before} to {after}{meaning.en}.", f"{holder.zh}从{before}变成{after}{meaning.zh}。"
    )


def _amount(text: str) -> str:
    return "nothing" if text == "0" else text


def _amount_zh(text: str, verb: str) -> str:
    return f"什么也没{verb}" if text == "0" else f"{verb}{text}"


def _holder(network: TracedNetwork) -> Text:
    unit = network.unit + 1
    return Text("The memory", "记忆") if network.hand_set else Text(f"Unit {unit}", f"第{unit}个单元")


def _now_holds(network: TracedNetwork, example: Example, step: int) -> Text:
    holder, held, meaning = _holder(network), number(network.state[step]), _meaning(network, example, step)
    return Text(f"{holder.en} now holds {held}{meaning.en}.", f"{holder.zh}现在是{held}{meaning.zh}。")


def _meaning(network: TracedNetwork, example: Example, step: int) -> Text:
    """Return the number that a trained unit's state stands for, or the number that a hand-set memory should hold."""
    stored, held = number(example.stored[step]), number(network.as_number[step], 1)
    if not network.hand_set:
        return Text(f", which stands for {held}; {stored} is stored", f"，相当于{held}；该存的是{stored}")
    if near(network.as_number, example.stored, example)[step]:
        return Text("", "")
    return Text(f", but should hold {stored}", f"，但应该是{stored}")


def _answer(network: TracedNetwork, example: Example, step: int) -> Text:
    answer, target = number(network.answers[step]), number(example.targets[step])
    right = near(network.answers, example.targets, example)[step]
    units = network.states.shape[1]
    english = "The answer is" if units == 1 else f"All {units} units together answer"
    chinese = "答案是" if units == 1 else f"{units}个单元合起来回答"
    return Text(
        f"{english} {answer}, {'and' if right else 'but'} the target is {target}: {'right' if right else 'wrong'}.",
        f"{chinese}{answer}，目标是{target}：{'正确' if right else '错误'}。",
    )


def equations(network: TracedNetwork, example: Example, step: int, *, linear: bool) -> list[str]:
    """Return the right sides of the equations of a network's unit at a step, with numbers in place of letters.

    `linear`: g and h change nothing and z is x1, as in the lecture's network with weights by hand. Of other networks
    g(z) and h(c') are found by dividing by their gates; where a gate is nearly shut, the letters stay.
    """
    after = number(network.state[step])
    if network.kind == "elman":
        return [after]
    let_in, kept = (f"{network.gates[gate][step]:.2f}" for gate in ("input", "forget"))
    before = _bracketed(number(network.before[step]))
    if network.kind == "gru":
        return [
            f"{let_in} {TIMES} {entering(network, example, step, linear=linear)} + {kept} {TIMES} {before} = {after}"
        ]
    out, read = number(network.output[step]), f"{network.gates['output'][step]:.2f}"
    return [
        f"{entering(network, example, step, linear=linear)} {TIMES} {let_in} + {before} {TIMES} {kept} = {after}",
        f"{_leaving(network, step, linear=linear)} {TIMES} {read} = {out}",
    ]


def entering(network: TracedNetwork, example: Example, step: int, *, linear: bool) -> str:
    """Return what stands in front of the input gate: g(z) of an LSTM, n of a GRU; the letters where it is not known."""
    letters = "n" if network.kind == "gru" else "g(z)"
    if linear:
        return _bracketed(number(example.inputs[step, 0]))
    return _divided(network.written[step], network.gates["input"][step], letters)


def _leaving(network: TracedNetwork, step: int, *, linear: bool) -> str:
    """Return h(c'), or its letters where it is not known."""
    if linear:
        return _bracketed(number(network.state[step]))
    return _divided(network.output[step], network.gates["output"][step], f"h(c{PRIME})")


def _divided(product: float, gate: float, letters: str) -> str:
    return _bracketed(number(product / gate)) if gate >= MIN_OPEN else letters


def _bracketed(text: str) -> str:
    """Return a number, in brackets where it is negative."""
    return f"({text})" if text.startswith("\N{MINUS SIGN}") else text


def stuck_at(gate: str) -> Text:
    """Return the label of the box that breaks a gate of an LSTM."""
    name, value = GATE_NAMES["lstm"][gate].name, f"{ABLATED[gate]:g}"
    return Text(f"{name.en} stuck at {value}", f"{name.zh}卡在{value}")
