"""Forecasts of unmerged branches for the tests of all formats."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

from git_alembic.conflicts.branch import UnmergedBranch
from git_alembic.conflicts.branch_reader import BranchReader
from git_alembic.conflicts.conflict_forecast import ConflictForecast, forecast_conflicts, forecast_order
from git_alembic.git import Repository
from tests.support.literal_branches import branch, targets

NOW = 1_767_323_045
DAY = 86_400
_READER = cast("BranchReader", SimpleNamespace(target=("main", "0" * 40), targets=targets({"a": "", "b": "a"})))
_NO_GIT = cast("Repository", None)


def authored(made: UnmergedBranch, author: str, days: int, **fields: Any) -> UnmergedBranch:
    return made._replace(author=author, time=NOW - days * DAY, **fields)


READY = authored(branch("origin/ready", {"c": "b"}), "Ada", 1, ahead=1, behind=0)
STACK = authored(branch("origin/stack", {"c": "b", "d": "c", "e": "d", "f": "e"}), "Bo", 0, ahead=2)
LATE = authored(branch("pull/7/head", {"g": "a"}), "Cy", 100, ahead=3, behind=12, aliases=("origin/late",))
DELETES = authored(branch("origin/clean-up", {}, "b"), "Di", 30, unreadable=("v/x.py",))
HOSTILE = authored(branch("origin/<b>|`x`\x1b[2J\n::error::", {"h": "b"}), "@all | <i>", 2)
ALL = (READY, STACK, LATE, DELETES)


def forecast(*branches: UnmergedBranch, focus: str = "", **fields: Any) -> ConflictForecast:
    found = forecast_conflicts(_NO_GIT, _READER, branches, focus)
    return replace(found, **{"now": NOW, "fetched": NOW - 7_200, "compared": 5, **fields})


def in_order(*branches: UnmergedBranch) -> ConflictForecast:
    return replace(forecast_order(_NO_GIT, _READER, branches), now=NOW, fetched=NOW - 7_200, compared=5)
