"""The one table of reports: the command, its help and its completion are drawn from it.

A new report is a module of this package and its row here.
"""

from __future__ import annotations

from typing import Final

from pos.reports import day, tenders
from pos.reports.report import Report

REPORTS: Final[dict[str, Report]] = {each.name: each for each in (day.REPORT, tenders.REPORT)}
"""Every report by its name; the first one is told if none is named."""
