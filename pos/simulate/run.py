"""What every simulation is told and tells."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any, Final

from pos.simulate.figures import Figures, History
from pos.simulate.laws import Verdict
from pos.simulate.picture import Scene

TICK: Final = 0.2
"""Seconds from one picture to the next."""
Show = Callable[[Scene], None]
"""Is shown how it stands, several times a second."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is simulated. `seconds` is how long people come; `grace` how much longer it may take until all is over."""

    kind: str
    seed: int
    seconds: float
    units: int
    workers: int = 0
    buyers: int = 0
    tills: int = 0
    pace: float = 0.0
    engine: str = ""
    chaos: bool = False
    grace: float = 240.0

    def as_json(self) -> dict[str, Any]:
        """As programs read it: what this kind has."""
        return {name: value for name, value in asdict(self).items() if value or name in ("seed", "chaos")}


@dataclass
class Run:
    """A simulation while it runs: its scene, as it comes about."""

    title: str
    show: Show
    waiting: str = ""
    """What those are called that are not at their end; empty: the queue."""
    history: History = field(default_factory=History)
    notices: deque[str] = field(default_factory=deque)

    def stands(self, figures: Figures, verdict: Verdict | None = None) -> Scene:
        """Show how it stands now; what is shown."""
        self.history = self.history.with_moment(figures)
        scene = Scene(self.title, self.history, tuple(self.notices), verdict, self.waiting)
        self.show(scene)
        return scene


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a simulation; `took` is how many seconds it ran."""

    plan: Plan
    scene: Scene
    verdict: Verdict
    latency: dict[str, float | None]
    """Of all, in seconds: p50, p99 and the longest."""

    def as_json(self) -> dict[str, Any]:
        """As programs read it."""
        figures = self.scene.now
        over = sum(figures.ended.values())
        return {
            "simulation": self.plan.as_json(),
            "figures": figures.as_json(),
            "latency": {name: None if each is None else round(each, 3) for name, each in self.latency.items()},
            "ended_per_second": round(over / figures.seconds, 1) if figures.seconds else None,
            "notices": list(self.scene.notices),
            "verdict": self.verdict.as_json(),
        }
