"""Chooses which repairs of a cause are printed, in which order, and describes the others. Pure."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from git_alembic.database.diagnosis import Cause, CauseRepair
from git_alembic.database.rehearsals.rehearser import RehearsalResult
from git_alembic.findings.counts_and_quoted_ids import format_count

_MOST_DIFFERENCES = 3


class RehearsedRepair(NamedTuple):
    """A repair with what it drops and the number of rows or values in it (None: unknown)."""

    repair: CauseRepair
    rehearsal: RehearsalResult
    counts: Mapping[str, int | None]

    @property
    def lost_data(self) -> dict[str, int | None]:
        """The dropped tables and columns that contain data, or may contain data."""
        return {key: self.counts.get(key) for key in self.rehearsal.dropped if self.counts.get(key) != 0}

    @property
    def is_sound(self) -> bool:
        """True if it works, and recreates no table whose data it dropped."""
        return self.rehearsal.is_successful and not self.rehearsal.remade_tables


def choose_repairs(cause: Cause, rehearsals: Sequence[RehearsalResult], counts: Mapping[str, int | None]) -> Cause:
    """Return the cause with the repairs that worked in their rehearsals. Repairs that keep all data come first."""
    rehearsed_repairs = [
        RehearsedRepair(repair, rehearsal, counts) for repair, rehearsal in zip(cause.repairs, rehearsals, strict=True)
    ]
    sound = [rehearsed for rehearsed in rehearsed_repairs if rehearsed.is_sound]
    ordered = sorted(sound, key=lambda rehearsed: bool(rehearsed.lost_data))
    evidence = [
        line for rehearsed in rehearsed_repairs if not rehearsed.is_sound for line in _describe_rejection(rehearsed)
    ]
    evidence += [
        line for rehearsed in ordered[:1] for line in (*_describe_rest(rehearsed), *_describe_lacks(rehearsed))
    ]
    repairs = tuple(_with_losses(rehearsed) for rehearsed in ordered)
    return replace(cause, repairs=repairs, evidence=(*cause.evidence, *evidence))


def _describe_rejection(rehearsed: RehearsedRepair) -> list[str]:
    """Say why a repair isn't recommended."""
    commands = " && ".join(shlex.join(command.argv) for command in rehearsed.repair.commands)
    rehearsal = rehearsed.rehearsal
    if rehearsal.failure:
        return [f"`{commands}` was tried on a scratch database with this schema, and failed: {rehearsal.failure}"]
    if rehearsal.unavailable:
        return [
            f"`{commands}` could not be tried on a scratch database, so it is not recommended: {rehearsal.unavailable}"
        ]
    tables = [describe_loss(f"table {table}", rehearsed.counts) for table in rehearsal.remade_tables]
    return [f"`{commands}` is not recommended: it drops {', '.join(tables)} and recreates it empty"]


def _describe_rest(rehearsed: RehearsedRepair) -> list[str]:
    """Return what autogenerate would find after the first repair. A stamp may hide that."""
    differences = rehearsed.rehearsal.differences or ()
    is_stamp = any("stamp" in command.argv for command in rehearsed.repair.commands)
    if not (is_stamp and differences):
        return []
    more = f", and {len(differences) - _MOST_DIFFERENCES} more" if len(differences) > _MOST_DIFFERENCES else ""
    return [f"after that, autogenerate still finds {'; '.join(differences[:_MOST_DIFFERENCES])}{more}"]


def _describe_lacks(rehearsed: RehearsedRepair) -> list[str]:
    """Say what the rehearsal of the first repair lacked, if the repair changes the schema."""
    rehearsal = rehearsed.rehearsal
    if not (rehearsal.lacks and rehearsal.changes_schema):
        return []
    return [f"it was tried on a scratch database with this schema, without the {rehearsal.lacks} of the real one"]


def _with_losses(rehearsed: RehearsedRepair) -> CauseRepair:
    """Return the repair with a title that says what it drops."""
    if not rehearsed.lost_data:
        return rehearsed.repair
    losses = ", ".join(describe_loss(key, rehearsed.counts) for key in rehearsed.lost_data)
    return replace(rehearsed.repair, title=f"{rehearsed.repair.title}; this drops {losses}")


def describe_loss(key: str, counts: Mapping[str, int | None]) -> str:
    """Return a loss in words: table users (3 rows)."""
    count = counts.get(key)
    unit = "value" if key.startswith("column ") else "row"
    if count is None:
        return f"{key} (its {unit}s could not be counted)"
    return f"{key} ({format_count(count, unit)})"


def droppable_keys(rehearsals: Sequence[RehearsalResult]) -> tuple[str, ...]:
    """Return the keys of everything that a rehearsal dropped, to count it in the real database."""
    return tuple(dict.fromkeys(key for rehearsal in rehearsals for key in rehearsal.dropped))
