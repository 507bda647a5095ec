"""What the benchmarks share: interleaved rounds, medians, and a report of ratios beside their goals."""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from statistics import median

Samples = dict[str, list[float]]
Measure = Callable[[], Mapping[str, float | Sequence[float]]]
"""Measures once: each figure as one value or as several; one that is left out is not measured this time."""
UNITS = {"bytes": "B ", "a second": "/s"}
"""What is no time, by how its name ends, and as it is shown."""


@dataclass(frozen=True)
class Ratio:
    """A figure as a multiple of another one, and what it is to stay below, or to reach, if there is a goal."""

    name: str
    figure: str
    beside: str
    goal: float | None = None
    at_least: bool = False


def options(description: str, rounds: int) -> argparse.ArgumentParser:
    """The options of every benchmark."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--json", action="store_true", help="print JSON, one object a line, the ratios last")
    parser.add_argument("--rounds", type=int, default=rounds, help=f"how often each thing is measured ({rounds})")
    return parser


def interleaved(rounds: int, measures: Mapping[str, Measure]) -> Samples:
    """Measure A B C A B C, so that whatever else the machine does meets all of them; one round is thrown away."""
    samples: Samples = {}
    for number in range(rounds + 1):
        for measure in measures.values():
            for name, value in measure().items():
                samples.setdefault(name, [])
                if number:
                    samples[name] += value if isinstance(value, Sequence) else [value]
    return samples


def percentile(values: Sequence[float], percent: int) -> float:
    """The value that so many percent of all do not exceed."""
    return sorted(values)[max(ceil(len(values) * percent / 100), 1) - 1]


def report(title: str, samples: Samples, ratios: Sequence[Ratio], *, as_json: bool) -> None:
    """Print the medians and the ratios of medians. The name of what is no time ends in its unit."""
    load = os.getloadavg()[0]
    middle = {name: median(values) for name, values in samples.items()}
    found = {ratio.name: round(middle[ratio.figure] / middle[ratio.beside], 3) for ratio in ratios}
    if as_json:
        print(json.dumps({"benchmark": title, "load": round(load, 2)}))
        for name, values in samples.items():
            unit = next((unit for unit in UNITS if name.endswith(unit)), "ms")
            figures = {"median": round(middle[name], 4), "p99": round(percentile(values, 99), 4)}
            print(json.dumps({"name": name, "unit": unit, **figures, "samples": len(values)}))
        print(json.dumps({"ratios": found}))
        return
    wide = max(map(len, [*samples, *found]))
    print(f"{title}; load of the machine {load:.2f}\n")
    print(f"{'':{wide}}  {'median':>12}  {'fastest':>12}  {'99 of 100':>12}  {'samples':>7}")
    for name, values in samples.items():
        unit = next((short for unit, short in UNITS.items() if name.endswith(unit)), "ms")
        shown = (f"{value:9.2f} {unit}" for value in (middle[name], min(values), percentile(values, 99)))
        print(f"{name:{wide}}  {'  '.join(shown)}  {len(values):7}")
    print(f"\n{'':{wide}}  {'ratio':>6}  {'goal':>6}")
    for ratio in ratios:
        print(f"{ratio.name:{wide}}  {found[ratio.name]:6.2f}  {_verdict(ratio, found[ratio.name])}".rstrip())


def _verdict(ratio: Ratio, found: float) -> str:
    """A ratio's goal, and whether it is reached."""
    if ratio.goal is None:
        return ""
    reached = found >= ratio.goal if ratio.at_least else found <= ratio.goal
    return f"{'≥' if ratio.at_least else '≤'} {ratio.goal:.2f}  {'reached' if reached else 'MISSED'}"
