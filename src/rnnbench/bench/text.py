"""The table `bench` for people, on a terminal."""

from collections.abc import Iterator
from typing import Any

import pandas as pd

from rnnbench.tables import RATES

ENGINES = {"torch_nn": "torch.nn", "torch": "torch", "native": "native"}


def rendered(table: pd.DataFrame) -> str:
    """Return the rates with a row for each workload, and below them every other figure."""
    rows: list[dict[str, Any]] = [{str(key): value for key, value in row.items()} for row in table.to_dict("records")]
    others = [row for row in rows if row["measure"] not in RATES]
    return "\n".join([*_rates(rows), "", *map(_other, others)])


def _rates(rows: list[dict[str, Any]]) -> Iterator[str]:
    """Yield steps a second, how many times torch.nn that is, and the share of the peak, a line for each workload."""
    known: dict[tuple[Any, ...], dict[tuple[str, str], float]] = {}
    for row in rows:
        if row["measure"] in RATES:
            key = (row["subject"], row["reads"], row["hidden"], row["length"])
            known.setdefault(key, {})[row["measure"], row["engine"]] = row["value"]
    yield "Steps a second on one core, native over torch.nn, and native's share of the peak"
    engines = "".join(f"{name:>9}" for name in ENGINES.values())
    yield f"{'network':24}{'reads':>8}{'H':>5}{'T':>5}{engines}{'times':>8}{'peak':>7}"
    for (subject, reads, hidden, length), values in known.items():
        yield f"{subject:24}{reads:>8}{hidden:>5}{length:>5}{_numbers(values)}"


def _numbers(values: dict[tuple[str, str], float]) -> str:
    steps = [values.get(("steps", engine)) for engine in ENGINES]
    times, share = values.get(("steps_ratio", "native")), values.get(("peak_share", "native"))
    told = ["" if value is None else f"{value:.0f}" for value in steps]
    ends = ("" if times is None else f"{times:.1f}x"), ("" if share is None else f"{share:.0%}")
    return "".join(f"{text:>9}" for text in told) + f"{ends[0]:>8}{ends[1]:>7}"


def _other(row: dict[str, Any]) -> str:
    name, engine = row["measure"].replace("_", " "), ENGINES.get(row["engine"], "")
    return f"{name:20}{row['subject']:20}{engine:10}{row['value']:>12.3g} {row['unit']}"
