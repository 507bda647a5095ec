"""What the benchmarks share: interleaved rounds, medians, and a report of ratios beside their goals."""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

Samples = dict[str, list[float]]


@dataclass(frozen=True)
class Ratio:
    """A figure as a multiple of another one, and what it is to stay below, if there is a goal."""

    name: str
    figure: str
    beside: str
    goal: float | None = None


def options(description: str, rounds: int) -> argparse.ArgumentParser:
    """The options of every benchmark."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--json", action="store_true", help="print JSON, one object a line, the ratios last")
    parser.add_argument("--rounds", type=int, default=rounds, help=f"how often each thing is measured ({rounds})")
    return parser


def interleaved(rounds: int, measures: Mapping[str, Callable[[], Mapping[str, float]]]) -> Samples:
    """Measure A B C A B C, so that whatever else the machine does meets all of them; one round is thrown away."""
    samples: Samples = {}
    for number in range(rounds + 1):
        for measure in measures.values():
            for name, value in measure().items():
                samples.setdefault(name, [])
                if number:
                    samples[name].append(value)
    return samples


def report(title: str, samples: Samples, ratios: Sequence[Ratio], *, as_json: bool) -> None:
    """Print the medians and the ratios of medians. A name that ends in `bytes` is no time."""
    load = os.getloadavg()[0]
    middle = {name: median(values) for name, values in samples.items()}
    found = {ratio.name: round(middle[ratio.figure] / middle[ratio.beside], 3) for ratio in ratios}
    if as_json:
        print(json.dumps({"benchmark": title, "load": round(load, 2)}))
        for name, values in samples.items():
            unit = "bytes" if name.endswith("bytes") else "ms"
            print(json.dumps({"name": name, "unit": unit, "median": round(middle[name], 4), "samples": len(values)}))
        print(json.dumps({"ratios": found}))
        return
    wide = max(map(len, [*samples, *found]))
    print(f"{title}; load of the machine {load:.2f}\n")
    print(f"{'':{wide}}  {'median':>12}  {'fastest':>12}  {'samples':>7}")
    for name, values in samples.items():
        unit = "B " if name.endswith("bytes") else "ms"
        print(f"{name:{wide}}  {middle[name]:9.2f} {unit}  {min(values):9.2f} {unit}  {len(values):7}")
    print(f"\n{'':{wide}}  {'ratio':>6}  {'goal':>6}")
    for ratio in ratios:
        goal = "" if ratio.goal is None else f"≤ {ratio.goal:.2f}"
        verdict = "" if ratio.goal is None else "reached" if found[ratio.name] <= ratio.goal else "MISSED"
        print(f"{ratio.name:{wide}}  {found[ratio.name]:6.2f}  {goal:>6}  {verdict}".rstrip())
