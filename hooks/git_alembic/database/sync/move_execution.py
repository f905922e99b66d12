"""Plans and runs the moves of all databases of one environment for `git alembic sync`."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace

from git_alembic.database.causes.uncommitted_transaction import describe_uncommitted
from git_alembic.database.database_state import DatabaseState, describe_other_hosts, is_local
from git_alembic.database.facts_for_causes import DatabaseFacts
from git_alembic.database.inspection import Inspection
from git_alembic.database.requests_to_probe import run_moves
from git_alembic.database.revisions_in_git import find_former_parents, read_file_version
from git_alembic.database.sync.atomic_sqlite_changes import SqliteCopy
from git_alembic.database.sync.data_loss_and_backup_names import (
    Losses,
    can_dump,
    describe_losses,
    dump_name,
    find_losses,
    next_copy,
)
from git_alembic.database.sync.move_plan import (
    DatabaseMove,
    describe_move,
    describe_skipped,
    find_irreversible,
    find_repeated,
    plan_move,
)
from git_alembic.errors import CannotCheck
from git_alembic.findings.counts_and_quoted_ids import quote_ids
from git_alembic.git import Repository
from git_alembic.revisions.downgrade_drops import Downgrade, read_downgrade
from git_alembic.scratch.failure_messages import explain_failure
from git_alembic.scratch.interpreter.probe_interface import write_revisions
from git_alembic.scratch.scratch_result import Failure
from git_alembic.terminal.progress import waiting


@dataclass(frozen=True)
class EnvironmentMove:
    """The plans for all databases of one environment. `code` has the code of the revisions to revert, by id."""

    inspection: Inspection
    moves: tuple[DatabaseMove, ...]
    losses: tuple[Losses, ...]
    code: Mapping[str, bytes]
    lines: tuple[str, ...]
    blocked: str = ""  # the sentence that says why `sync` can't move it

    @property
    def name(self) -> str:
        return self.inspection.environment.name

    @property
    def is_empty(self) -> bool:
        return all(move.is_empty for move in self.moves)


def plan_environment_move(repository: Repository, inspection: Inspection, *, allow_remote: bool) -> EnvironmentMove:
    """Return the plans for the databases of an environment. Raise CannotCheck if one can't or must not be moved."""
    name = inspection.environment.name
    if inspection.python.command:
        raise CannotCheck(
            f"{name}: `git alembic sync` can migrate a database only with an interpreter on this machine, but "
            f"{inspection.python.why} is a command that may run elsewhere: run Alembic with it yourself, for example `"
            f"{inspection.python.path} -m alembic upgrade head`"
        )
    moves, code, plans = [], dict[str, bytes](), list[list[str]]()
    for facts in inspection.facts():
        database = facts.database.url_with_label
        if not is_local(facts.database) and not allow_remote:
            raise CannotCheck(f"{name}: {_describe_remote(facts.database)}; use --allow-remote to migrate it anyway")
        if facts.database.uncommitted:
            reason = describe_uncommitted(facts.database.uncommitted)
            return EnvironmentMove(inspection, (), (), {}, (), blocked=f"{name}: {reason}; nothing was changed")
        try:
            move, steps = _plan_database(repository, facts, code)
        except CannotCheck as reason:
            raise CannotCheck(f"{name}: {database}: {reason}") from reason
        moves.append(move)
        state = quote_ids(move.current) or "no revision"
        first = (
            f"{name}: {database} is at {state}, the head of this checkout"
            if move.is_empty
            else f"plan for {name}, {database}:"
        )
        plans.append([first, *steps])
    losses = find_losses(inspection, moves, {id_: read_downgrade(content) for id_, content in code.items()})
    described = [describe_losses(move, dropped) for move, dropped in zip(moves, losses, strict=True)]
    lines = tuple(line for plan, warnings in zip(plans, described, strict=True) for line in (*plan, *warnings))
    return EnvironmentMove(inspection, tuple(moves), losses, code, lines)


def _describe_remote(database: DatabaseState) -> str:
    others = describe_other_hosts(database)
    if others and database.url.host not in others.split(", "):
        return f"{database.url.text} connects to {others}, which is not this machine"
    return f"{database.url.text} is not on this machine" + ("" if others else ", according to its driver")


def _plan_database(
    repository: Repository, facts: DatabaseFacts, code: dict[str, bytes]
) -> tuple[DatabaseMove, list[str]]:
    """Return (the plan for one database, its lines), and add to `code`."""
    move = plan_move(facts)
    code.update((version.revision.id, read_file_version(repository, version)) for version in move.downgrades)
    downgrades: dict[str, Downgrade] = {id_: read_downgrade(content) for id_, content in code.items()}
    applied = facts.graph.needed(set(facts.graph.ids).difference(move.upgrades))
    former = find_former_parents(repository, facts.graph, applied)
    for reason in (*find_irreversible(move, downgrades), *find_repeated(move, facts.graph, former)):
        raise CannotCheck(reason)
    skipped = describe_skipped(facts, former, _tables_made(repository, facts) if former else {})
    return move, [*describe_move(move, facts, downgrades), *skipped]


def _tables_made(repository: Repository, facts: DatabaseFacts) -> dict[str, list[str]]:
    """Map each revision of the working tree to the tables that it creates (those that its downgrade drops)."""
    tables = {}
    for revision in facts.graph.revisions:
        with open(os.path.join(repository.top or "", revision.path), "rb") as stream:
            drops = read_downgrade(stream.read()).drops
        tables[revision.id] = [drop.removeprefix("table ") for drop in drops if drop.startswith("table ")]
    return tables


def move_databases(repository: Repository, planned: EnvironmentMove) -> tuple[bool, str]:
    """Move the databases. Return (whether their version tables confirm it, where they are).

    If a revision fails, CannotCheck says where they are.
    """
    inspection = planned.inspection
    with _private_folder(repository) as folder, ExitStack() as stack:
        versions = _write_revisions(folder, planned.code)
        files = {move.database.file for move in planned.moves if move.database.file}
        copies = {
            path: stack.enter_context(SqliteCopy(path, os.path.join(folder, f"{number}.sqlite")))
            for number, path in enumerate(sorted(files))
        }
        databases = [
            _describe_for_probe(repository, move, losses)
            for move, losses in zip(planned.moves, planned.losses, strict=True)
        ]
        with waiting(f"{planned.name}: migrating the database", sys.stderr):
            failure, begun = run_moves(
                repository,
                inspection.python,
                inspection.environment,
                databases,
                folder=versions,
                files={path: copy.copy for path, copy in copies.items()},
            )
        if failure is not None:
            raise CannotCheck(_describe_failure(planned, failure, begun))
        dumps = [str(database["dump"]) for database in databases if database["dump"]]
        paths = [*_keep_originals(repository, planned, copies), *dumps]
        saved_files = f" (previously: {', '.join(paths)})" if paths else ""
        for copy in copies.values():
            copy.put_back()
    if reason := _find_unmoved(planned):
        return False, f"{planned.name}: {reason}{saved_files}"
    downgrades = sum(len(move.downgrades) for move in planned.moves)
    upgrades = sum(len(move.upgrades) for move in planned.moves)
    heads = ", ".join(dict.fromkeys(head for move in planned.moves for head in move.heads)) or "no revision"
    return (
        True,
        f"{planned.name}: {downgrades} downgraded, {upgrades} upgraded: the database is at {heads}{saved_files}",
    )


def _find_unmoved(planned: EnvironmentMove) -> str:
    """Return a sentence if a version table isn't at the heads, read by a new process; "" if all are."""
    for facts in planned.inspection.facts():
        if facts.unknown_rows or facts.pending:
            state, database = quote_ids(facts.rows) or "no revision", facts.database.url_with_label
            return (
                f"the revisions ran without an error, but the version table of {database} is still at "
                f"{state}: env.py does not commit its transaction (see `git alembic doctor`)"
            )
    return ""


def _describe_for_probe(repository: Repository, move: DatabaseMove, losses: Losses) -> dict[str, object]:
    """Return the move for the probe: see `scratch/probe/project_databases/move_databases.py`."""
    keep = losses.tables_to_keep if can_dump(move) else ()
    return {
        "current": move.current,
        "downgrades": [version.revision.id for version in move.downgrades],
        "heads": move.heads,
        "drops": losses.tables,
        "keep": keep,
        "dump": next_copy(repository, dump_name(move.database)) if keep else "",
    }


def _write_revisions(folder: str, code: Mapping[str, bytes]) -> str:
    """Write the revisions that the working tree lacks to a version folder, and return the folder."""
    versions = os.path.join(folder, "versions")
    os.mkdir(versions)
    write_revisions(versions, code)
    return versions


def _describe_failure(planned: EnvironmentMove, failure: Failure, begun: Sequence[Mapping[str, object]]) -> str:
    """Say what failed, and where the databases are now."""
    # A frame in a file from git is in our folder, not in a file of the working tree.
    shown = replace(failure, path=None, line=None) if failure.stage == "downgrade" else failure
    why = explain_failure(shown, planned.inspection.python)
    try:
        each = planned.inspection.facts()
    except CannotCheck as reason:
        return f"{planned.name}: {why}; the state of the database is unknown: {reason}"
    states = []
    for before, now in zip(planned.moves, each, strict=False):
        same = set(now.rows) == set(before.current)
        untouched = same and (now.database.file or now.database.dialect != "mysql" or not begun)
        state = (
            "as it was" if untouched else f"at {quote_ids(now.rows) or 'no revision'}, or partway to the next revision"
        )
        states.append(f"{now.database.url_with_label} is {state}")
    return f"{planned.name}: {why}; {'; '.join(states)}"


def _keep_originals(repository: Repository, planned: EnvironmentMove, copies: Mapping[str, SqliteCopy]) -> list[str]:
    """Keep the original files if revisions were reverted or data was dropped. Say where they are."""
    if not planned.code and not any(losses.of_data for losses in planned.losses):
        return []
    saved_files = []
    for original, copy in copies.items():
        saved_files.append(next_copy(repository, os.path.basename(original)))
        copy.keep(saved_files[-1])
    return saved_files


@contextmanager
def _private_folder(repository: Repository) -> Iterator[str]:
    """Make a private folder, and remove the folders of killed runs."""
    home = os.path.join(repository.common_dir, "git-alembic", "sync")
    os.makedirs(home, exist_ok=True)
    for name in os.listdir(home):
        if not _is_alive(name.partition("-")[0]):
            shutil.rmtree(os.path.join(home, name), ignore_errors=True)
    folder = tempfile.mkdtemp(prefix=f"{os.getpid()}-", dir=home)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _is_alive(pid: str) -> bool:
    try:
        os.kill(int(pid), 0)
    except (OSError, ValueError):
        return False
    return True
