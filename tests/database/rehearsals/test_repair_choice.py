"""The choice and order of printed repairs, and the notes on the others."""

from __future__ import annotations

from git_alembic.database.diagnosis import Cause, CauseRepair, Effect
from git_alembic.database.rehearsals.rehearser import RehearsalResult
from git_alembic.database.rehearsals.repair_choice import choose_repairs, describe_loss
from git_alembic.findings.finding import Command


def _repair(*words: str, effect: bool = True) -> CauseRepair:
    return CauseRepair("do it", (Command(("alembic", *words)),), Effect(("a",), ("b",)) if effect else None)


UPGRADE, STAMP, SWITCH = _repair("upgrade", "head"), _repair("stamp", "b"), _repair("x", effect=False)
WORKS = RehearsalResult()
TRIED = "`alembic upgrade head` was tried on a scratch database with this schema, and failed: no"
NOT_TRIED = "`alembic upgrade head` could not be tried on a scratch database, so it is not recommended: no parser"


def _choose(*pairs: tuple[CauseRepair, RehearsalResult], counts: dict[str, int | None] | None = None) -> Cause:
    cause = Cause("behind", "it is behind", ("it is at 'a'",), repairs=tuple(repair for repair, _ in pairs))
    return choose_repairs(cause, [rehearsal for _, rehearsal in pairs], counts or {})


def test_repairs_that_worked_are_printed_in_order() -> None:
    assert _choose((UPGRADE, WORKS), (STAMP, WORKS)).repairs == (UPGRADE, STAMP)
    assert _choose((UPGRADE, WORKS)).evidence == ("it is at 'a'",)


def test_repairs_that_failed_or_were_not_tried_are_not_printed() -> None:
    found = _choose((UPGRADE, RehearsalResult(failure="no")), (STAMP, WORKS))
    assert (found.repairs, found.evidence) == ((STAMP,), ("it is at 'a'", TRIED))
    found = _choose((UPGRADE, RehearsalResult(unavailable="no parser")))
    assert (found.repairs, found.evidence) == ((), ("it is at 'a'", NOT_TRIED))


def test_repairs_that_keep_all_data_come_first() -> None:
    drops = RehearsalResult(dropped=("table t", "column u.c", "table empty"))
    found = _choose((UPGRADE, drops), (SWITCH, WORKS), counts={"table t": 2, "column u.c": None, "table empty": 0})
    title = "do it; this drops table t (2 rows), column u.c (its values could not be counted)"
    assert found.repairs == (SWITCH, CauseRepair(title, UPGRADE.commands, UPGRADE.effect))


def test_an_empty_table_is_not_a_loss() -> None:
    drops = RehearsalResult(dropped=("table t",))
    assert _choose((UPGRADE, drops), (SWITCH, WORKS), counts={"table t": 0}).repairs == (UPGRADE, SWITCH)


def test_a_repair_that_recreates_a_table_without_its_rows_is_not_printed() -> None:
    remakes = RehearsalResult(dropped=("table t",), remade_tables=("t",))
    for count in (0, 3):
        found = _choose((UPGRADE, remakes), counts={"table t": count})
        assert found.repairs == ()
        assert found.evidence[-1] == (
            f"`alembic upgrade head` is not recommended: it drops table t ({count} rows) and recreates it empty"
        )


def test_remaining_differences_of_the_models_are_reported() -> None:
    differences = RehearsalResult(differences=("op.a()", "op.b()", "op.c()", "op.d()"))
    report = "after that, autogenerate still finds op.a(); op.b(); op.c(), and 1 more"
    assert _choose((STAMP, differences)).evidence[-1] == report
    assert _choose((UPGRADE, differences)).evidence == ("it is at 'a'",)  # an upgrade hides nothing


def test_one_row_is_singular() -> None:
    assert describe_loss("table t", {"table t": 1}) == "table t (1 row)"
    assert describe_loss("column t.c", {"column t.c": 1}) == "column t.c (1 value)"
