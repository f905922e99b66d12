"""A database with tables, and a version table that does not say which revisions made them."""

from __future__ import annotations

from collections.abc import Sequence

from git_alembic.database.cause import Cause, Way
from git_alembic.database.facts import Case, titled
from git_alembic.findings.finding import Fix
from git_alembic.history.change import quoted

_MOST = 5  # lines of one kind


def silent(case: Case) -> Cause:
    """What the schema is like, and how to say so; a NULL is nothing that Alembic writes, so it cannot be judged."""
    null = case.has_null
    held = "holds NULL, which Alembic never writes" if null else "is empty"
    if case.sight.version.exists:
        name, table = "empty-version-table", f"the version table {case.sight.version_table} {held}"
    else:
        name, table = "unstamped", f"there is no version table {case.sight.version_table}"
    tables = case.tables
    count = f"{len(tables)} table{'s' * (len(tables) > 1)}"
    evidence = [f"the database has {count} ({', '.join(tables[:_MOST])}{', …' * (len(tables) > _MOST)}), and {table}"]
    blind = "where the database is cannot be judged" if null else "Alembic would begin with the first revision"
    sentence, more, way = _likeness(case, purge=null)
    return Cause(
        "unstamped" if name == "unstamped" else "empty-version-table",
        f"{table}, so {blind}; {sentence}",
        (*evidence, *more),
        case.match.revisions if case.match else (),
        way,
        severity="cannot-judge" if null else "error",
    )


def _likeness(case: Case, *, purge: bool) -> tuple[str, list[str], tuple[Way, ...]]:
    """(what the schema is like, the evidence, the repair)."""
    match = case.match
    if match is None or not match.revisions:
        doubt = [f"it could not be searched: {match.doubt}"] if match and match.doubt else []
        return "the schema is like that of no revision", doubt, ()
    evidence = [f"found {match.basis}"] if match.basis else []
    if match.alike:
        evidence.append(f"the schema of {quoted(match.alike)} is the same: the later ones change no table")
    evidence += [match.doubt] if match.doubt else []
    evidence += _few(match.differences)
    done = case.graph.needed(match.revisions)
    rest = tuple(id_ for id_ in case.graph.topological() if id_ not in done)
    way: Way = (*_all_stamps(case, match.revisions, purge=purge), *((case.upgrade(),) if rest else ()))
    if match.exact:
        return (
            f"the schema is that of {', '.join(titled(case.graph, one) for one in match.revisions)}",
            evidence,
            (way,),
        )
    note = "once what differs is settled"
    first = Fix(way[0].command, way[0].cwd, note)
    return (
        f"the schema is that of no revision, and nearest to {quoted(match.revisions)}",
        evidence,
        ((first, *way[1:]),),
    )


def _all_stamps(case: Case, revisions: tuple[str, ...], *, purge: bool) -> list[Fix]:
    if purge:
        return case.only(revisions)
    if case.environment.wrapper == "alembic":
        return [case.stamp(revisions, purge=False)]
    return [case.stamp((one,), purge=False) for one in revisions]


def _few(lines: Sequence[str]) -> list[str]:
    """As many as one wants to read."""
    most = 2 * _MOST
    return [*lines[:most], f"… and {len(lines) - most} more"] if len(lines) > most else list(lines)
