"""Finds out what data a plan of `sync` drops, and names the copies that it keeps below git's folder."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from git_alembic.database.database_state import DatabaseState
from git_alembic.database.diagnosis import Effect
from git_alembic.database.inspection import Inspection
from git_alembic.database.rehearsals.repair_choice import describe_loss
from git_alembic.database.requests_to_probe import Questions
from git_alembic.database.sync.move_plan import DatabaseMove
from git_alembic.git import Repository
from git_alembic.revisions.downgrade_drops import Downgrade
from git_alembic.terminal.progress import waiting

_DUMPED = ("postgresql", "mysql", "mariadb")  # see `scratch/probe/project_databases/drop_guard_and_row_backup.py`
_KINDS = ("table ", "column ")
_MOST_COPIES = 20


@dataclass(frozen=True, slots=True)
class Losses:
    """Keys ("table x", "column x.y") of what a move drops, with the number of their rows or values (None: unknown)."""

    counts: Mapping[str, int | None] = field(default_factory=dict)

    @property
    def of_data(self) -> tuple[str, ...]:
        """The keys that contain data, or may contain data."""
        return tuple(key for key, count in self.counts.items() if count != 0)

    @property
    def tables(self) -> tuple[str, ...]:
        """The dropped tables, with or without rows."""
        return tuple(key.removeprefix("table ") for key in self.counts if key.startswith("table "))

    @property
    def tables_to_keep(self) -> tuple[str, ...]:
        """The tables that lose rows or values."""
        tables = [_table_of(key) for key in self.of_data]
        return tuple(dict.fromkeys(tables))


def _table_of(key: str) -> str:
    kind, _, name = key.partition(" ")
    return name if kind == "table" else name.rpartition(".")[0]


def find_losses(
    inspection: Inspection, moves: Sequence[DatabaseMove], downgrades: Mapping[str, Downgrade]
) -> tuple[Losses, ...]:
    """Return what each move drops, from a rehearsal on a scratch database and from the downgrades' code."""
    if all(move.is_empty for move in moves):
        return tuple(Losses() for _ in moves)
    keys: dict[int, Collection[str]] = {}
    with waiting(f"{inspection.environment.name}: trying the plan on a scratch database", sys.stderr):
        rehearsed = inspection.rehearse({
            number: Effect(
                move.current, move.heads, tuple(version.revision.id for version in move.downgrades), move.downgrades
            )
            for number, move in enumerate(moves)
            if not move.is_empty
        })  # fmt: skip
    for number, rehearsal in rehearsed.items():
        read = [drop for version in moves[number].downgrades for drop in downgrades[version.revision.id].drops]
        keys[number] = dict.fromkeys([*rehearsal.dropped, *(drop for drop in read if drop.startswith(_KINDS))])
    counted = inspection.ask_again(Questions(counted={number: names for number, names in keys.items() if names}))
    return tuple(
        Losses({key: counted[number].counts.get(key) for key in keys.get(number, ())}) if counted else Losses()
        for number in range(len(moves))
    )


def describe_losses(move: DatabaseMove, losses: Losses) -> list[str]:
    """Return lines on the data that the plan drops, and on its copy; [] if it drops none."""
    if not losses.of_data:
        return []
    data = ", ".join(describe_loss(key, losses.counts) for key in losses.of_data)
    if move.database.file:
        copy = "a copy of the file is kept"
    elif move.database.dialect in _DUMPED:
        copy = "these rows are saved to a file first"
    else:
        copy = f"they cannot be saved on {move.database.dialect}"
    return [f"  data that will be lost: {data}; {copy}"]


def can_dump(move: DatabaseMove) -> bool:
    return not move.database.file and move.database.dialect in _DUMPED


def next_copy(repository: Repository, name: str) -> str:
    """Return the path of a new copy, with a number before the name. Remove the oldest copies."""
    home = os.path.join(repository.common_dir, "git-alembic", "before-sync")
    os.makedirs(home, mode=0o700, exist_ok=True)
    numbered = sorted((int(file.partition("-")[0]), file) for file in os.listdir(home) if file[:4].isdigit())
    for _, file in numbered[: -_MOST_COPIES + 1]:
        os.remove(os.path.join(home, file))
    number = numbered[-1][0] + 1 if numbered else 1
    return os.path.join(home, f"{number:04}-{name}")


def dump_name(database: DatabaseState) -> str:
    """Return the name of a file with the dropped rows of a database on a server."""
    name = os.path.basename(database.file or database.url.database or "database")
    return re.sub(r"[^\w.-]", "_", f"{name}-{database.schema_name}" if database.has_named_schema else name) + ".sql"
