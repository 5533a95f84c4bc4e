"""The register memory: which networks and units are shown, and that texts and pictures follow from the numbers."""

import re
from xml.etree import ElementTree

import numpy as np
import pytest

from helpers.register_tables import JUMPY, STORED, X1, by_hand, key, lstm, register_tables, traced
from helpers.report_rows import Page, row
from rnnbench.report.build import build_details, build_report
from rnnbench.report.sections.memory import register_memory as section
from rnnbench.report.sections.memory.register_text import captions, number
from rnnbench.report.sections.memory.step_text import TIMES, Text, equations, step_sentences
from rnnbench.report.views.queries import Tables
from rnnbench.report.views.register_memory import (
    Example,
    RegisterMemory,
    TracedNetwork,
    ablations,
    drift,
    mean_error,
    register_memory,
)
from rnnbench.results.tables import frame

HOSTILE = ("<script>alert(1)</script>", '"onload=', "\u202eedoc", "x" * 10_000)


@pytest.fixture(scope="module")
def tables() -> Tables:
    return register_tables()


@pytest.fixture(scope="module")
def memory(tables: Tables) -> RegisterMemory:
    memory = register_memory(tables)
    assert memory is not None
    return memory


def network(memory: RegisterMemory, name: str) -> TracedNetwork:
    return next(network for network in memory.networks if network.name == name)


def test_one_network_of_each_kind_the_hand_set_one_first(memory: RegisterMemory) -> None:
    assert [network.name for network in memory.networks] == ["lstm_by_hand", "lstm", "gru", "elman"]
    assert [network.hand_set for network in memory.networks] == [True, False, False, False]


def test_the_stored_number_follows_the_lectures_rule(memory: RegisterMemory) -> None:
    assert memory.example.stored.tolist() == [0, 3, 3, 7, 7, 7, 0, 6, 6]
    assert memory.example.quiet.tolist() == [step in (2, 4, 5, 8) for step in range(9)]


def test_the_unit_is_the_one_that_follows_the_number_best_upside_down_or_not(memory: RegisterMemory) -> None:
    lstm = network(memory, "lstm")
    assert (lstm.unit, lstm.order.tolist()) == (1, [1, 0, 2])
    assert lstm.follows[1] == pytest.approx(-1)
    assert lstm.follows[2] == 0, "a constant unit is not correlated with anything"
    np.testing.assert_allclose(lstm.as_number, STORED, atol=1e-9)
    assert mean_error(lstm, memory.example) == pytest.approx(0, abs=1e-9)


def test_what_is_kept_and_what_is_written_make_the_state(memory: RegisterMemory) -> None:
    lstm = network(memory, "lstm")
    np.testing.assert_allclose(lstm.kept + lstm.written, lstm.state)
    assert lstm.kept[3] == pytest.approx(-0.3 * 0.95)
    gru = network(memory, "gru")
    np.testing.assert_allclose(gru.gates["input"] + gru.gates["forget"], 1)


def test_answers_are_those_of_the_traced_run(memory: RegisterMemory) -> None:
    assert network(memory, "lstm").answers[5] == pytest.approx(7.1)
    assert network(memory, "lstm").probe_r2 == pytest.approx(0.999)
    assert network(memory, "lstm_by_hand").answers[5] == 7, (
        "it has no answers in the table: the output of its only unit is its answer"
    )


def test_how_much_a_memory_moves_where_nothing_is_stored(memory: RegisterMemory) -> None:
    assert drift(network(memory, "lstm_by_hand"), memory.example) == 0
    assert drift(network(memory, "lstm"), memory.example) == pytest.approx(1 / 3), "one of three always jumps"
    assert drift(network(memory, "elman"), memory.example) > 0.9


def test_the_simplest_network_of_a_kind_is_shown(tables: Tables) -> None:
    deep = [*traced("deep", lstm()), *traced("deep", lstm(), layer=1)]
    architecture = row("architectures", {}, architecture="deep", cell="lstm", layers=2)
    more = {"traces": deep, "runs": [row("runs", key("deep"))], "architectures": [architecture]}
    for replaced, simplest in ((), "lstm"), (("lstm",), "deep"):
        changed = dict(tables)
        for name, rows in more.items():
            others = tables[name][~tables[name]["architecture"].isin(replaced)]
            changed[name] = frame(name, [*rows, *others.to_dict("records")])
        changed["showcase"] = tables["showcase"].replace({"architecture": dict.fromkeys(replaced, "deep")})
        assert [network.name for network in networks_of(changed)] == ["lstm_by_hand", simplest, "gru", "elman"]
    assert networks_of(changed)[1].place == "the last of 2 layers"


def networks_of(tables: Tables) -> list[TracedNetwork]:
    memory = register_memory(tables)
    return memory.networks if memory else []


@pytest.mark.parametrize("table", ["traces", "memory_tasks", "showcase"])
def test_without_its_tables_there_is_no_such_section(tables: Tables, table: str) -> None:
    bare = tables | {table: frame(table, [])}
    assert register_memory(bare) is None
    assert "register_steps" not in Page(build_details(bare, {}, drawn=[])).ids
    assert {"register_memory", "memory"}.isdisjoint(Page(build_report(bare, {}, drawn=[])).ids)


@pytest.mark.parametrize("text", ["", "1 0", "a b c", "1 0 nan"])
def test_inputs_that_are_no_register_leave_it_out(tables: Tables, text: str) -> None:
    assert register_memory(tables | {"showcase": tables["showcase"].assign(input=text)}) is None


def test_what_is_not_finite_or_incomplete_is_left_out(tables: Tables) -> None:
    traces = tables["traces"]
    broken = traces["value"].where((traces["architecture"] != "gru") | (traces["step"] != 2))
    assert "gru" not in [network.name for network in networks_of(tables | {"traces": traces.assign(value=broken)})]
    short = traces[(traces["architecture"] != "lstm") | (traces["step"] < 8)]
    assert "lstm" not in [network.name for network in networks_of(tables | {"traces": short})]


def test_ablated_gates_follow_the_equations(memory: RegisterMemory) -> None:
    ablated = ablations(network(memory, "lstm_by_hand"), memory.example)
    assert len(ablated) == 7
    np.testing.assert_allclose(ablated[("input", "forget", "output")].answers, X1, atol=1e-3)
    np.testing.assert_allclose(ablated[("forget",)].state, [0, 3, 0, 4, 0, 0, 0, 6, 0], atol=1e-3)
    np.testing.assert_allclose(ablated[("output",)].answers, STORED, atol=1e-3)
    assert ablations(network(memory, "lstm"), memory.example) == {}


def test_a_memory_with_other_equations_has_no_ablations(tables: Tables) -> None:
    other = by_hand() | {"c": (STORED * 2)[:, None]}
    traces = tables["traces"]
    others = traces[traces["architecture"] != "lstm_by_hand"].to_dict("records")
    memory = register_memory(tables | {"traces": frame("traces", [*traced("lstm_by_hand", other), *others])})
    assert memory is not None
    assert ablations(network(memory, "lstm_by_hand"), memory.example) == {}


def english(network: TracedNetwork, example: Example, step: int) -> list[str]:
    return [text.en for text in step_sentences(network, example, step)]


def test_sentences_agree_with_the_lectures_walk_through(memory: RegisterMemory) -> None:
    hand_set = network(memory, "lstm_by_hand")
    assert english(hand_set, memory.example, 3) == [
        "Step 4: x2 = 1 stores x1 = 4.",
        "The input gate is open (1.00): 4 comes in.",
        "The forget gate is open (1.00): 3 of the old 3 stays.",
        "The memory now holds 7.",
        "The output gate is shut (0.00): nothing goes out.",
        "The answer is 0, and the target is 0: right.",
    ]
    assert "The forget gate is shut (0.00): nothing of the old 7 stays." in english(hand_set, memory.example, 6)
    matches = [re.search(r"now holds (\d)", " ".join(english(hand_set, memory.example, step))) for step in range(9)]
    assert [match and match[1] for match in matches] == list("033777066")


def test_sentences_of_a_trained_memory_give_its_meaning(memory: RegisterMemory) -> None:
    sentences = english(network(memory, "lstm"), memory.example, 1)
    assert "The input gate is mostly open (0.60): \N{MINUS SIGN}0.3 comes in." in sentences
    assert "Unit 2 now holds \N{MINUS SIGN}0.3, which stands for 3; 3 is stored." in sentences
    assert "All 3 units together answer 0.1, and the target is 0: right." in sentences


def test_sentences_of_an_ablated_gate_say_so(memory: RegisterMemory) -> None:
    ablated = ablations(network(memory, "lstm_by_hand"), memory.example)[("input",)]
    sentences = english(ablated, memory.example, 2)
    assert "The input gate is stuck open (1.00): 2 comes in." in sentences
    assert "The memory now holds 6, but should hold 3." in sentences, "x1 of the first step came in too"


def test_captions_follow_from_the_numbers(memory: RegisterMemory) -> None:
    lstm, gru, elman = (" ".join(captions(network(memory, name), memory.example)) for name in ("lstm", "gru", "elman"))
    assert "The input gate is at 0.60 where x2 = 1, at 0.10 elsewhere." in lstm
    assert "training found by itself" in lstm
    assert "it holds the number by itself" in lstm
    assert "do not move as the lecture's do" in gru
    assert "washed away" not in lstm + gru
    assert "The number is washed away: a linear probe reads it from all units with R² = 0.200" in elman
    assert "the network answers 2.8 and 2.4; the targets are 7 and 6" in elman


def test_nothing_is_called_lost_that_comes_out_right(tables: Tables) -> None:
    answers = tables["showcase"].assign(value=tables["showcase"]["target"].astype(float))
    memory = register_memory(tables | {"showcase": answers})
    assert memory is not None
    caption = " ".join(captions(network(memory, "elman"), memory.example))
    assert "So the number is not lost, though no unit holds it by itself" in caption
    assert "washed away" not in caption


def test_without_gates_the_number_is_washed_away_at_the_next_step(memory: RegisterMemory) -> None:
    pictured = section.pictured(memory)
    assert [(network.name, bool(network.ablated)) for network in pictured] == [
        ("lstm_by_hand", False),
        ("lstm_by_hand", True),
        ("lstm", False),
        ("elman", False),
        ("gru", False),
    ]
    assert "The 3 of step 2 is washed away at step 3, by the 2 that comes in there." in captions(
        pictured[1], memory.example
    )


def test_doors_are_filled_as_far_as_they_are_open(memory: RegisterMemory) -> None:
    picture = ElementTree.fromstring(section.picture(network(memory, "lstm"), memory.example))
    filled = [float(box.get("height", "")) for box in picture.iter("rect") if box.get("width") == "15"]
    write = [filled[2 * step] / filled[1] for step in range(9)]
    np.testing.assert_allclose(write, 0.1 + 0.5 * (memory.example.inputs[:, 1] == 1), atol=0.01)
    assert "style" not in {name for element in picture.iter() for name in element.attrib}


def test_the_strip_has_the_best_unit_on_top(memory: RegisterMemory) -> None:
    picture = section.picture(network(memory, "elman"), memory.example)
    assert "all 2 units" in picture
    assert "all 1 units" not in section.picture(network(memory, "lstm_by_hand"), memory.example)
    assert network(memory, "elman").states[:, 0].tolist() == JUMPY.tolist()


def test_the_table_has_every_number(tables: Tables) -> None:
    rows = Page(build_details(tables, {}, drawn=[])).rows
    assert ["stored by the lecture's rule", *"033777066"] in rows
    assert ["answer of the network", *"000007006"] in rows
    assert ["input gate", *("0.60" if stored else "0.10" for stored in (0, 1, 0, 1, 0, 0, 0, 1, 0))] in rows
    assert ["lstm", "input, forget, output", "0.00", "33 %", "✓ right: 7.1 and 6.1", "0.999"] in rows


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_are_shown_and_do_nothing(name: str) -> None:
    html = build_details(register_tables({"lstm": name, "lstm_by_hand": f"{name}2", "elman": f"{name}3"}), {}, drawn=[])
    page = Page(html)
    assert page.open == []
    assert len(page.scripts) == 1
    assert "onload" not in page.attributes
    assert "x" * 100 not in html
    assert "\u202e" not in html
    assert "register_steps" in page.ids


def test_every_sentence_is_there_in_both_languages_with_the_same_numbers(memory: RegisterMemory) -> None:
    for shown in section.pictured(memory):
        for step in range(9):
            for text in step_sentences(shown, memory.example, step):
                assert sorted(_numbers(text.en)) == sorted(_numbers(text.zh)), text
                assert not re.search("[a-z]{3,}", text.zh), "no English word is left"


def _numbers(text: str) -> list[str]:
    return re.findall(r"\d+(?:\.\d+)?", text)


def test_a_chinese_sentence(memory: RegisterMemory) -> None:
    sentences = step_sentences(network(memory, "lstm_by_hand"), memory.example, 3)
    assert sentences[0] == Text("Step 4: x2 = 1 stores x1 = 4.", "第4步：x2 = 1，存入x1 = 4。")
    assert sentences[2].zh == "遗忘门打开（1.00）：原来的3保留3。"


def sums(network: TracedNetwork, example: Example, step: int, *, linear: bool) -> list[str]:
    """Return the equations at a step, with the letter x in place of the sign for times."""
    return [text.replace(TIMES, "x") for text in equations(network, example, step, linear=linear)]


def test_the_lectures_equations_have_its_numbers(memory: RegisterMemory) -> None:
    hand_set = network(memory, "lstm_by_hand")
    assert sums(hand_set, memory.example, 3, linear=True) == ["4 x 1.00 + 3 x 1.00 = 7", "7 x 0.00 = 0"]
    assert sums(hand_set, memory.example, 6, linear=True) == ["3 x 0.00 + 7 x 0.00 = 0", "0 x 0.00 = 0"]
    forgetful = ablations(hand_set, memory.example)[("forget",)]
    assert sums(forgetful, memory.example, 3, linear=True)[0] == "4 x 1.00 + 0 x 0.00 = 4"


def test_equations_of_a_trained_memory_divide_by_its_gates(memory: RegisterMemory) -> None:
    c, a = sums(network(memory, "lstm"), memory.example, 1, linear=False)
    assert c == "(\N{MINUS SIGN}0.5) x 0.60 + 0 x 0.95 = \N{MINUS SIGN}0.3", "-0.3 came in through a gate at 0.6"
    assert a == "(\N{MINUS SIGN}0.29) x 0.30 = \N{MINUS SIGN}0.09", "tanh(-0.3) goes out through a gate at 0.3"
    by_hand = sums(network(memory, "lstm_by_hand"), memory.example, 2, linear=False)
    assert by_hand == ["g(z) x 0.00 + 3 x 1.00 = 3", "h(c\N{PRIME}) x 0.00 = 0"], "nobody sees behind a shut gate"
    elman = network(memory, "elman")
    assert sums(elman, memory.example, 1, linear=False) == [number(elman.state[1])]
