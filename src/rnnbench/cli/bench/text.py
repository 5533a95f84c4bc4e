"""The table `bench` as text, for a terminal."""

from collections.abc import Iterator
from typing import Any

import pandas as pd

from rnnbench.results.schemas import GPU_RATES, RATES

ENGINES = {"torch_nn": "torch.nn", "torch": "torch", "native": "native"}


def rendered(table: pd.DataFrame) -> str:
    """Return the rates with a line for each workload, and below them every other measurement."""
    rows: list[dict[str, Any]] = [{str(key): value for key, value in row.items()} for row in table.to_dict("records")]
    others = [row for row in rows if row["measure"] not in RATES + GPU_RATES]
    return "\n".join([*_rates(rows), *_gpu_rates(rows), *map(_other, others)])


def _rates(rows: list[dict[str, Any]]) -> Iterator[str]:
    """Yield a line for each workload: steps per second, their ratio to torch.nn, and their share of the peak."""
    workloads: dict[tuple[Any, ...], dict[tuple[str, str], float]] = {}
    for row in rows:
        if row["measure"] in RATES:
            key = (row["subject"], row["reads"], row["hidden"], row["length"])
            workloads.setdefault(key, {})[row["measure"], row["engine"]] = row["value"]
    if not workloads:
        return
    yield "Steps per second on one core, native over torch.nn, and native's share of the peak"
    engines = "".join(f"{name:>9}" for name in ENGINES.values())
    yield f"{'network':24}{'reads':>8}{'H':>5}{'T':>5}{engines}{'times':>8}{'peak':>7}"
    for (subject, reads, hidden, length), values in workloads.items():
        yield f"{subject:24}{reads:>8}{hidden:>5}{length:>5}{_numbers(values)}"
    yield ""


def _gpu_rates(rows: list[dict[str, Any]]) -> Iterator[str]:
    """Yield a line for each workload and number of runs: steps per second, ratio to torch.nn, share of limits."""
    workloads: dict[tuple[Any, ...], dict[tuple[str, str], float]] = {}
    for row in rows:
        if row["measure"] in GPU_RATES:
            key = (row["subject"], row["hidden"], row["runs"])
            workloads.setdefault(key, {})[row["measure"], row["engine"]] = row["value"]
    if not workloads:
        return
    yield "Steps per second on a GPU over all runs, over torch.nn with one run at a time, and the share of both limits"
    yield f"{'network':24}{'H':>5}{'runs':>6}{'torch':>11}{'cuda':>11}{'times':>8}{'arithmetic':>12}{'bytes':>8}"
    for (subject, hidden, runs), values in workloads.items():
        if ("gpu_steps", "cuda") not in values:
            continue
        steps = "".join(f"{values.get(('gpu_steps', name), float('nan')):>11.0f}" for name in ("torch", "cuda"))
        shares = f"{values['gpu_arithmetic_share', 'cuda']:>12.0%}{values['gpu_bytes_share', 'cuda']:>8.0%}"
        yield f"{subject:24}{hidden:>5}{runs:>6}{steps}{values['gpu_ratio', 'cuda']:>7.1f}x{shares}"
    yield ""


def _numbers(values: dict[tuple[str, str], float]) -> str:
    steps = [values.get(("steps", engine)) for engine in ENGINES]
    speedup, share = values.get(("steps_ratio", "native")), values.get(("peak_share", "native"))
    rates = ["" if value is None else f"{value:.0f}" for value in steps]
    ends = ("" if speedup is None else f"{speedup:.1f}x"), ("" if share is None else f"{share:.0%}")
    return "".join(f"{text:>9}" for text in rates) + f"{ends[0]:>8}{ends[1]:>7}"


def _other(row: dict[str, Any]) -> str:
    name, engine = row["measure"].replace("_", " "), ENGINES.get(row["engine"], "")
    return f"{name:20}{row['subject']:20}{engine:10}{row['value']:>12.3g} {row['unit']}"
