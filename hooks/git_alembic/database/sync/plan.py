"""What moves a database from where it is to the heads of the working tree: a pure plan, or the reason for none."""

from __future__ import annotations

import os
import shlex
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from git_alembic.database.facts import Case, titled
from git_alembic.database.state import Sight
from git_alembic.database.sync.former_parents import Former
from git_alembic.errors import CannotJudge
from git_alembic.history.change import excess, quoted
from git_alembic.history.graph import RevisionGraph
from git_alembic.lost_revisions.search import FileVersion, LostRevision
from git_alembic.revisions.downgrade_effects import Downgrade

_MOST = 8  # revisions up that are listed
_LOOPBACK = ("localhost", "127.0.0.1", "::1", "0.0.0.0")  # noqa: S104 - nothing is bound


@dataclass(frozen=True, slots=True)
class Move:
    """The revisions to be taken back, children first, each with where its file is; and those to be run, in order."""

    sight: Sight
    at: tuple[str, ...]
    down: tuple[FileVersion, ...]
    to: tuple[str, ...]
    up: tuple[str, ...]


def plan(case: Case) -> Move:
    """The way of one database; CannotJudge where there is none that is safe."""
    graph = case.graph
    if case.silent:
        raise CannotJudge("the database has tables, and nothing says which revisions made them (`git alembic doctor`)")
    if case.has_null:
        raise CannotJudge("its version table holds NULL, which Alembic never writes (`git alembic doctor` says more)")
    if excess(graph, case.heads_allowed):
        raise CannotJudge(f"this tree has {len(graph.heads)} heads, {quoted(graph.heads)} (`git alembic fix`)")
    if graph.missing or graph.cycles:
        raise CannotJudge("the history of this tree does not load (`git alembic check` says more)")
    if any(row != other and row in graph.ancestors([other]) for row in case.rows for other in case.rows):
        raise CannotJudge("the version table has a row and that of its ancestor (`git alembic doctor`)")
    lost = dict(_lost(case))
    tops = [one.files[0] for one in lost.values()]
    order = RevisionGraph(place.revision for place in tops).topological()
    places = {place.revision.id: place for place in tops}
    left = {row for row in case.rows if row in graph}.union(*(case.descents[id_].reached for id_ in case.unknown))
    done = graph.needed(left)
    up = tuple(id_ for id_ in graph.topological() if id_ not in done)
    return Move(case.sight, case.rows, tuple(places[id_] for id_ in reversed(order)), graph.heads, up)


def _lost(case: Case) -> Iterator[tuple[str, LostRevision]]:
    for id_ in case.unknown:
        descent = case.descents[id_]
        if not descent.lost:
            raise CannotJudge(f"git has no file of '{id_}', where the database is (`git alembic doctor` says more)")
        if descent.missing:
            raise CannotJudge(
                f"git has no file of {quoted(descent.missing)}, which '{id_}' comes after, so the way back has a gap "
                "(`git alembic doctor` says more)"
            )
        yield from ((one.id, one) for one in descent.lost)


def refusals(move: Move, downgrades: Mapping[str, Downgrade]) -> Iterator[str]:
    """Why the way back cannot be gone."""
    for place in move.down:
        if downgrades[place.revision.id].refuses:
            yield f"'{place.revision.id}' cannot be taken back: its downgrade only raises ({place.revision.path})"


def reordered(move: Move, graph: RevisionGraph, found: Sequence[Former]) -> Iterator[str]:
    """What would be run a second time: it came before something that the database has run, and comes after it now."""
    for one in found:
        again = graph.needed(one.down) & set(move.up)
        if again:
            at = _were(one)
            yield (
                f"{at}; if the database ran it so, it has run {quoted(sorted(again))}, too, which would be run once "
                "more: look which is so, then tell it with `alembic stamp --purge`, or upgrade without `sync`"
            )


def inserted(case: Case, found: Sequence[Former], makes: Mapping[str, Collection[str]]) -> Iterator[str]:
    """What the database may never have run, although what comes after it was: lines for the plan.

    `makes` are the tables that a revision makes, as far as its file tells: if they are there, it was run.
    """
    graph, tables = case.graph, set(case.tables)
    for one in found:
        below = graph.needed(graph[one.id].down) - graph.needed(one.down)
        doubtful = [
            id_ for id_ in graph.topological() if id_ in below and not (makes.get(id_) and set(makes[id_]) <= tables)
        ]
        if not doubtful:
            continue
        sure = any(set(makes.get(id_, ())) - tables for id_ in doubtful)
        yield (
            f"  {'note' if sure else 'perhaps'}: {_were(one)}; "
            f"{'the database has not run' if sure else 'if the database ran it so, it has not run'} {quoted(doubtful)}"
        )
        ways = [
            case.command("downgrade", *graph[one.id].down),
            *case.only(one.down or ("base",)),
            case.upgrade(),
        ]
        cd = f"cd {shlex.quote(case.environment.cwd)} && " if case.environment.cwd != "." else ""
        yield from (f"      {cd}{shlex.join(fix.command)}" for fix in ways)


def _were(one: Former) -> str:
    where = quoted(one.down) if one.down else "nothing"
    commit = one.commit
    return (
        f"'{one.id}' came after {where} in commit {commit.short} of {commit.date} ({commit.subject}), checked out here"
    )


def is_local(sight: Sight, environ: Mapping[str, str]) -> bool:
    """Whether a database is on this machine, as far as its URL tells: a file, a socket, a loopback address."""
    if sight.url.driver.startswith("sqlite"):
        return True
    host = sight.url.host or (environ.get("PGHOST", "") if sight.dialect == "postgresql" else "")
    if not host:
        return sight.dialect in ("postgresql", "mysql", "mariadb") and "PGSERVICE" not in environ
    return all(
        one.strip("[]").rpartition(":")[0] in _LOOPBACK
        or one in _LOOPBACK
        or os.path.isabs(one)
        or one.startswith("127.")
        for one in host.split(",")
    )


def shown(move: Move, case: Case, downgrades: Mapping[str, Downgrade]) -> list[str]:
    """The plan in lines, with what each downgrade drops."""
    lines = []
    for place in move.down:
        message = f" ({place.revision.message})" if place.revision.message else ""
        lines.append(f"  down '{place.revision.id}'{message}, from {_whence(place)}")
        lines.append(f"      {_effect(downgrades[place.revision.id])}")
    ups = [f"  up {titled(case.graph, id_)}" for id_ in move.up]
    if len(ups) > _MOST:
        ups[_MOST // 2 : -1] = [f"  up … {len(ups) - _MOST // 2 - 1} more …"]
    return [*lines, *ups]


def _whence(place: FileVersion) -> str:
    path = place.revision.path or place.revision.blob
    if place.worktree:
        return f"the worktree {place.worktree}: {path}"
    names = [name for name in place.refs if name != "HEAD"]
    if names:
        return f"{names[0]}: {path}"
    return f"commit {place.commit.short}: {path}" if place.commit else path


def _effect(downgrade: Downgrade) -> str:
    if not downgrade.readable:
        return "what it drops cannot be read"
    if downgrade.drops:
        return f"drops {', '.join(downgrade.drops)}"
    return "does nothing" if downgrade.empty else "drops no table and no column"
