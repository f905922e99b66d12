"""The causes that the version table shows, held against the history."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from git_alembic.database.cause import Cause, Way
from git_alembic.database.causes.unknown_revision import unknown
from git_alembic.database.causes.unstamped import silent
from git_alembic.database.facts import Case, titled
from git_alembic.findings.finding import Fix
from git_alembic.history.change import excess, quoted
from git_alembic.rules.advice import movable

_MOST = 5  # lines of one kind


def of_versions(case: Case) -> Iterator[Cause]:
    """The causes, the one to begin with first; "up-to-date" where there is none."""
    if not case.graph.ids and not case.rows:
        yield Cause("up-to-date", "the history has no revisions yet, and the database is at none", severity="ok")
    elif case.silent:
        yield silent(case)
    elif case.has_null:
        yield _null(case)
    elif case.unknown:
        yield from (unknown(case, id_) for id_ in case.unknown)
    elif doubled := _doubled(case):
        yield _overlapping(case, doubled)
    elif excess(case.graph, case.heads_allowed):
        yield _several_heads(case)
    elif case.pending:
        yield _behind(case)
    else:
        at = quoted(case.rows)
        yield Cause("up-to-date", f"the database is at {at}, as the history is", revisions=case.rows, severity="ok")


def _null(case: Case) -> Cause:
    """A row that no Alembic writes, beside others or in an empty database."""
    table, rows = case.sight.version_table, case.rows
    message = f"the version table {table} holds NULL{f' beside {quoted(rows)}' if rows else ''}, which Alembic never "
    message += "writes, so where the database is cannot be judged"
    stamp = case.only(rows) if rows else [case.command("stamp", "--purge", "base")]
    note = "keep the other rows" if rows else "the database has no tables, so it is at none"
    first = Fix(stamp[0].command, stamp[0].cwd, note)
    way: Way = (first, *stamp[1:], *((case.upgrade(),) if case.pending else ()))
    ways = () if case.unknown else (way,)
    return Cause("empty-version-table", message, (f"look at the rows of {table}",), rows, ways, severity="cannot-judge")


def _behind(case: Case) -> Cause:
    pending = case.pending
    count = f"{len(pending)} revision{'s' * (len(pending) > 1)}"
    if case.rows:
        message = f"the database is {count} behind {quoted(case.graph.heads)}"
        evidence = [f"it is at {', '.join(titled(case.graph, row) for row in case.rows)}"]
    else:
        message = f"the database is empty, so {'all ' if len(pending) > 1 else ''}{count} are still to come"
        message = message.replace("1 revision are", "1 revision is")
        evidence = [f"it has no tables{', and its version table holds nothing' * case.sight.version.exists}"]
    evidence += [f"to come: {line}" for line in _listed(case, pending)]
    return Cause("behind", message, tuple(evidence), pending, ((case.upgrade(),),))


def _listed(case: Case, ids: Sequence[str]) -> list[str]:
    """One line for each, the middle of many left out."""
    lines = [f"{titled(case.graph, id_)}{_when(case, id_)}" for id_ in ids]
    if len(lines) <= _MOST:
        return lines
    return [*lines[: _MOST - 2], f"… {len(lines) - _MOST + 1} more …", lines[-1]]


def _when(case: Case, id_: str) -> str:
    return f", {case.origins[id_]}" if case.origins.get(id_) else ""


def _doubled(case: Case) -> tuple[str, ...]:
    """The rows that another row's revision comes after."""
    rows = case.rows
    return tuple(row for row in rows if any(row != other and row in case.graph.ancestors([other]) for other in rows))


def _overlapping(case: Case, doubled: Sequence[str]) -> Cause:
    left = tuple(row for row in case.rows if row not in doubled)
    evidence = [f"{case.sight.version_table} holds {quoted(case.rows)}"]
    for row in doubled:
        later = quoted(one for one in left if row in case.graph.ancestors([one]))
        evidence.append(f"{titled(case.graph, row)} is an ancestor of {later}")
    evidence.append("Alembic refuses with 'overlaps with other requested revisions' until one row is gone")
    way: Way = (*case.only(left), *((case.upgrade(),) if case.pending else ()))
    message = f"the version table has {len(doubled)} row{'s' * (len(doubled) > 1)} too many: "
    message += f"{quoted(doubled)} {'are ancestors' if len(doubled) > 1 else 'is an ancestor'} of another row"
    return Cause("overlapping-revisions", message, tuple(evidence), case.rows, (way,))


def _several_heads(case: Case) -> Cause:
    heads = case.graph.heads
    done = case.graph.needed(case.rows)
    applied = [head for head in heads if head in done]
    evidence = [
        f"{titled(case.graph, head)}{_when(case, head)}: {'applied' if head in done else 'not applied'}"
        for head in heads
    ]
    merge = case.command("merge", "-m", "merge heads", *heads)
    way = (merge, case.command("upgrade", "head"))
    ways: list[Way] = [way]
    if (rebased := _rebased(case, applied)) is not None:
        ways.append(rebased)
    which = f"{quoted(applied)} {'are' if len(applied) > 1 else 'is'} applied" if applied else "none is applied"
    message = f"the history has {len(heads)} heads, {quoted(heads)}: {which}"
    return Cause("multiple-heads", message, tuple(evidence), heads, tuple(ways))


def _rebased(case: Case, applied: Sequence[str]) -> Way | None:
    """How an unpublished side goes on top of the other; None where both are published, or applied.

    What the database has run of a side that moves is taken back first: else Alembic would take for done what comes
    below it then.
    """
    heads, graph = case.graph.heads, case.graph
    moving = [head for head in applied if head not in case.published]
    point = graph.fork_point(heads)
    if len(applied) > 1 or (moving and point is None) or not movable(case.published, graph, heads, case.heads_allowed):
        return None
    note = "put the unpublished side on top of the other"
    upgrade = case.command("upgrade", "head")
    if not moving:
        return (Fix(("git", "alembic", "fix"), ".", note), upgrade)
    back = case.command("downgrade", point or "base", note=f"{note}; first the database leaves it")
    return (back, Fix(("git", "alembic", "fix")), upgrade)
