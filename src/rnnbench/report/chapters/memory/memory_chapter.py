"""The memory horizons of a family of lags: what solves which lag after how much training, and who reaches furthest."""

from collections.abc import Iterator
from dataclasses import dataclass

from markupsafe import Markup

from rnnbench.evaluation.memory_horizon import SOLVED
from rnnbench.report.chapters.small_multiples import ShownPanel, enumerated, legend_piece, network, shown_panel
from rnnbench.report.figures.axes import Axis
from rnnbench.report.figures.budget import budget_lines, steps_axis
from rnnbench.report.figures.panels import PANEL_HEIGHT, PANEL_WIDTH, panel
from rnnbench.report.figures.style import Style, printable, styles
from rnnbench.report.views import memory
from rnnbench.report.views.queries import Tables
from rnnbench.report.wording.languages import bilingual, phrase

SETTLED = ("plateau", "maximum", "diverged")
"""What ends a run."""


@dataclass(frozen=True)
class Reach:
    """How far the memory of one network reaches; an empty interval is not known."""

    name: str
    piece: Markup
    horizon: int
    low: int
    high: int
    longest: str
    interval: str
    converged: bool


@dataclass(frozen=True)
class HorizonPart:
    """All that the chapter shows of a family of lags."""

    family: str
    setting: Markup
    lags: list[int]
    panels: list[ShownPanel]
    networks: list[Reach]
    sentences: list[Markup]


def horizon_part(tables: Tables) -> HorizonPart | None:
    """Return what is shown of the first family of several lags with memory horizons; None without any."""
    for family, rows in memory.several_lags(tables).items():
        lags = [int(lag) for lag in rows["at"]]
        networks = list(_reaches(tables, family, lags))
        if networks:
            setting = phrase(memory.setting(tables, family))
            sentences = [*_furthest(networks, setting, lags), *_training(tables, family, networks)]
            return HorizonPart(family, setting, lags, list(_panels(tables, family)), networks, sentences)
    return None


def _reaches(tables: Tables, family: str, lags: list[int]) -> Iterator[Reach]:
    """Yield the networks, with the encoder that is shown for the family."""
    reads = memory.encoder(tables, *memory.families(tables)[family]["task"])
    rows = tables["horizons"]
    rows = rows[(rows["task"] == family) & (rows["encoder"] == reads)]
    style_of, single = styles(tables), memory.single_seeds(tables)
    for row in rows.to_dict("records"):
        name = str(row["architecture"])
        horizon, low, high = (int(row[end]) for end in ("horizon", "low", "high"))
        ends = [_lag(low, lags), _lag(high, lags)]
        interval = "" if (family, reads, name) in single else _between(*ends)
        piece = legend_piece(style_of[name]) if name in style_of else Markup("")
        yield Reach(name, piece, horizon, low, high, _lag(horizon, lags), interval, bool(row["converged"]))


def _lag(reached: int, lags: list[int]) -> str:
    """Return a memory horizon as text: a bound where no lag is solved, or all.

    >>> _lag(0, [5, 10]), _lag(5, [5, 10]), _lag(10, [5, 10])
    ('< 5', '5', '\N{GREATER-THAN OR EQUAL TO} 10')
    """
    if reached == 0:
        return f"< {lags[0]}"
    return f"\N{GREATER-THAN OR EQUAL TO} {reached}" if reached == lags[-1] else str(reached)


def _between(low: str, high: str) -> str:
    return low if low == high else f"[{low}, {high}]"


def _panels(tables: Tables, family: str) -> Iterator[ShownPanel]:
    """Yield a panel for each lag: the share of blocks that had solved it, against the training step."""
    by_lag = memory.budgets(tables, family)
    if not by_lag:
        return
    shown = {name for networks in by_lag.values() for name in networks}
    style_of: dict[str, Style] = {name: style for name, style in styles(tables).items() if name in shown}
    x, y = steps_axis(by_lag, PANEL_WIDTH), Axis(0.0, 1.0, PANEL_HEIGHT)
    setting = phrase(memory.setting(tables, family))
    for number, (lag, networks) in enumerate(by_lag.items()):
        drawn = panel(x, y, budget_lines(networks, style_of, x, y), along="training steps")
        title = Markup("{} {}").format(setting, lag)
        label = f"Share of blocks that solved {printable(family)} {lag}, against the training step"
        yield shown_panel(title, drawn, prefix=f"horizon-{number}-", label=label)


def _furthest(networks: list[Reach], setting: Markup, lags: list[int]) -> Iterator[Markup]:
    """Yield which networks reach furthest, and which others may reach as far by their intervals."""
    best = max(reach.horizon for reach in networks)
    leaders = [reach for reach in networks if reach.horizon == best]
    names = enumerated([network(reach.name, converged=reach.converged) for reach in leaders])
    values = {"en": names.en, "zh": names.zh, "setting": setting, "lag": best or lags[0]}
    if best == 0:
        yield bilingual(
            "No network solves even the shortest {setting}, {lag}.", "没有网络能解决最短的{setting}{lag}。", **values
        )
        return
    verb = "reaches" if names.count == 1 else "reach"
    if best == lags[-1]:
        english = f"{{en}} {verb} furthest: every {{setting}} that was tried is solved, up to {{lag}}."
        yield bilingual(english, "{zh}记得最远：试过的{setting}全部解决，直到{lag}。", **values)
    else:
        yield bilingual(f"{{en}} {verb} furthest: {{setting}} {{lag}}.", "{zh}记得最远：{setting}{lag}。", **values)
    yield from _rivals(networks, leaders)


def _rivals(networks: list[Reach], leaders: list[Reach]) -> Iterator[Markup]:
    """Yield the networks whose intervals reach into that of the furthest."""
    least = min(reach.low for reach in leaders)
    rivals = [reach for reach in networks if reach not in leaders and reach.interval and reach.high >= least]
    if rivals and all(reach.interval for reach in leaders):
        texts = [
            Markup("{} ({} {})").format(network(reach.name, converged=reach.converged), reach.longest, reach.interval)
            for reach in rivals
        ]
        names = enumerated(texts)
        yield bilingual(
            "By its 95 % interval {en} may reach as far."
            if names.count == 1
            else "By their 95 % intervals {en} may reach as far.",
            "按95%区间看，{zh}也可能记得一样远。",
            en=names.en,
            zh=names.zh,
        )


def _training(tables: Tables, family: str, networks: list[Reach]) -> Iterator[Markup]:
    """Yield whether more training would help: what ended the runs, and which networks did not converge."""
    runs = tables["runs"]
    rows = memory.families(tables)[family]
    reads = memory.encoder(tables, *rows["task"])
    of_family = runs["task"].isin(rows["task"]) & (runs["encoder"] == reads)
    counts = runs.loc[of_family & runs["selected"], "stopped_by"].value_counts()
    plateau, maximum, diverged = (int(counts.get(name, 0)) for name in SETTLED)
    total = plateau + maximum + diverged
    unfinal = [network(reach.name) for reach in networks if not reach.converged]
    if unfinal:
        names = enumerated(unfinal)
        yield bilingual(
            "Not converged (†), so more training may reach further: {en}.",
            "还没有收敛（†），继续训练可能记得更远：{zh}。",
            en=names.en,
            zh=names.zh,
        )
    if total and total == plateau:
        yield bilingual(
            "All {n} runs ended on a plateau of their validation score: nothing shows that more training would help.",
            "{n}次运行都停在验证得分的平台上：没有迹象表明继续训练会有帮助。",
            n=total,
        )
    elif total:
        yield bilingual(
            "Of {n} runs {plateau} ended on a plateau of their validation score, {maximum} at the largest number of "
            "steps, {diverged} diverged.",
            "{n}次运行中，{plateau}次停在验证得分的平台上，{maximum}次达到最大步数，{diverged}次发散。",
            n=total,
            plateau=plateau,
            maximum=maximum,
            diverged=diverged,
        )


def solved_level() -> str:
    """Return the calibrated score from which on a lag is solved."""
    return f"{SOLVED:g}"
