"""drift refuses every driver. doctor refuses it or makes it read-only. Modules replace the drivers here."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from types import ModuleType
from typing import Any

import pytest

from git_alembic.scratch.probe.guard.connections.server_read_only import ENTRY_POINTS, hold_read_only
from git_alembic.scratch.probe.guard.driver_hooks import DRIVERS, DriverHook

# Drivers that cannot make a session read-only.
UNHELD = (
    "psycopg2cffi", "asyncmy", "pyodbc", "pymssql", "oracledb", "cx_Oracle", "turbodbc", "duckdb", "apsw",
    "pysqlite3.dbapi2", "sqlcipher3.dbapi2",
)  # fmt: skip


class Refused(Exception):
    """Replaces the guard's exception."""


def refuse(what: str) -> None:
    raise Refused(what)


@pytest.fixture(autouse=True)
def stand_ins(monkeypatch: pytest.MonkeyPatch) -> None:
    """Install modules with connect functions that each return a connection."""
    monkeypatch.setattr("sys.meta_path", list(sys.meta_path))
    for module in (*DRIVERS, *ENTRY_POINTS):
        monkeypatch.setitem(sys.modules, module, ModuleType(module))
    for entry_points in (DRIVERS, ENTRY_POINTS):
        for module, names in entry_points.items():
            for name in names:
                owner, _, attribute = name.rpartition(".")
                holder = sys.modules[module]
                if owner:
                    vars(holder).setdefault(owner, type(owner, (), {}))
                    holder = getattr(holder, owner)
                setattr(holder, attribute, lambda *_: "connected")


def connect(module: str, name: str) -> object:
    found: Any = sys.modules[module]
    for part in name.split("."):
        found = getattr(found, part)
    return found("host")


def every(entry_points: Mapping[str, Sequence[str]]) -> list[tuple[str, str]]:
    return [(module, name) for module, names in entry_points.items() for name in names]


@pytest.mark.parametrize(("module", "name"), every(DRIVERS))
def test_drift_refuses(module: str, name: str) -> None:
    assert connect(module, name) == "connected"
    DriverHook(DRIVERS, lambda _, owner: lambda *__: refuse(owner))
    with pytest.raises(Refused, match=module):
        connect(module, name)


@pytest.mark.parametrize("module", UNHELD)
def test_doctor_refuses_drivers_without_read_only_sessions(module: str) -> None:
    DriverHook(ENTRY_POINTS, hold_read_only(refuse))
    for name in ENTRY_POINTS[module]:
        with pytest.raises(Refused, match="can't be made read-only"):
            connect(module, name)


def test_doctor_knows_every_driver_of_drift() -> None:
    def packages(entry_points: Mapping[str, Sequence[str]]) -> set[str]:
        return {module.partition(".")[0] for module in entry_points}

    assert packages(DRIVERS) <= packages(ENTRY_POINTS)
