"""Moves the databases of one environment: what `git alembic sync` plans and does."""

from __future__ import annotations

import os
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from hashlib import sha256

from git_alembic.database.facts import Case
from git_alembic.database.inspection import Examination
from git_alembic.database.project_databases import move
from git_alembic.database.sync.former_parents import formers
from git_alembic.database.sync.plan import Move, inserted, is_local, plan, refusals, reordered, shown
from git_alembic.database.sync.sqlite_copies import Copy
from git_alembic.errors import CannotJudge
from git_alembic.git import Repository
from git_alembic.history.change import quoted
from git_alembic.lost_revisions.search import FileVersion
from git_alembic.revisions.downgrade_effects import Downgrade, read_downgrade
from git_alembic.scratch.failure_messages import explain_failure
from git_alembic.scratch.result import Failure
from git_alembic.terminal.progress import waiting


@dataclass(frozen=True)
class Journey:
    """The moves of all databases of one environment, with the code of what is taken back, by id."""

    examination: Examination
    moves: tuple[Move, ...]
    code: Mapping[str, bytes]
    lines: tuple[str, ...]

    @property
    def name(self) -> str:
        return self.examination.environment.name

    @property
    def stays(self) -> bool:
        return not any(one.down or one.up for one in self.moves)


def journey(repository: Repository, examination: Examination, *, allow_remote: bool) -> Journey:
    """The moves of the databases of an environment; CannotJudge where one cannot or must not be moved."""
    name = examination.environment.name
    cases = examination.cases()
    moves, code, lines = [], dict[str, bytes](), list[str]()
    for case in cases:
        url = case.sight.url.text
        if not is_local(case.sight, os.environ) and not allow_remote:
            raise CannotJudge(f"{name}: {url} is not on this machine; --allow-remote moves it nevertheless")
        try:
            one = plan(case)
        except CannotJudge as reason:
            raise CannotJudge(f"{name}: {url}: {reason}") from reason
        code.update((place.revision.id, _code(repository, place)) for place in one.down)
        downgrades: dict[str, Downgrade] = {id_: read_downgrade(content) for id_, content in code.items()}
        for refusal in refusals(one, downgrades):
            raise CannotJudge(f"{name}: {url}: {refusal}")
        moves.append(one)
        ran = case.graph.needed(set(case.graph.ids).difference(one.up))
        found = formers(repository, case.graph, ran)
        for refusal in reordered(one, case.graph, found):
            raise CannotJudge(f"{name}: {url}: {refusal}")
        steps = shown(one, case, downgrades)
        lines += [f"plan for {name}, {url}:", *steps] if steps else [f"{name}: {url} is at {_at(one)}, as this tree is"]
        lines += inserted(case, found, _makes(repository, case) if found else {})
    return Journey(examination, tuple(moves), code, tuple(lines))


def _makes(repository: Repository, case: Case) -> dict[str, list[str]]:
    """The tables that the revisions of the tree make: those that their downgrades drop."""
    found = {}
    for revision in case.graph.revisions:
        with open(os.path.join(repository.top or "", revision.path), "rb") as stream:
            drops = read_downgrade(stream.read()).drops
        found[revision.id] = [one.removeprefix("table ") for one in drops if one.startswith("table ")]
    return found


def _at(one: Move) -> str:
    return quoted(one.at) if one.at else "no revision"


def _code(repository: Repository, place: FileVersion) -> bytes:
    if place.revision.blob:
        return dict(repository.read((place.revision.blob,)))[place.revision.blob]
    with open(os.path.join(place.worktree or repository.top or "", place.revision.path), "rb") as stream:
        return stream.read()


def go(repository: Repository, journey: Journey) -> str:
    """Move the databases, and say where they are; CannotJudge with where they stand where that fails."""
    examination = journey.examination
    with _workplace(repository) as place, ExitStack() as stack:
        folder = os.path.join(place, "versions")
        os.mkdir(folder)
        for number, (id_, content) in enumerate(journey.code.items()):
            with open(os.path.join(folder, f"{number:04}_{re.sub('[^0-9A-Za-z]', '_', id_)}.py"), "wb") as stream:
                stream.write(content)
        files = {one.sight.file for one in journey.moves if one.sight.file}
        copies = {
            path: stack.enter_context(Copy(path, os.path.join(place, f"{number}.sqlite")))
            for number, path in enumerate(sorted(files))
        }
        asked = [{"at": one.at, "down": [step.revision.id for step in one.down], "to": one.to} for one in journey.moves]
        with waiting(f"{journey.name}: moving the database", sys.stderr):
            failure, ran = move(
                repository,
                examination.python,
                examination.environment,
                asked,
                folder=folder,
                files={path: copy.copy for path, copy in copies.items()},
            )
        if failure is not None:
            raise CannotJudge(_failed(journey, failure, ran))
        kept = _kept(repository, journey, copies)
        for copy in copies.values():
            copy.put_back()
    down, up = sum(len(one.down) for one in journey.moves), sum(len(one.up) for one in journey.moves)
    heads = ", ".join(dict.fromkeys(head for one in journey.moves for head in one.to))
    return f"{journey.name}: {down} down, {up} up: the database is at {heads or 'no revision'}{kept}"


def _failed(journey: Journey, failure: Failure, ran: Sequence[Mapping[str, object]]) -> str:
    """What failed, and where the databases stand now."""
    # The frames of a file that git had are in no file of the tree, but in ours.
    told = replace(failure, path=None, line=None) if failure.stage == "downgrade" else failure
    why = explain_failure(told, journey.examination.python)
    try:
        cases = journey.examination.cases()
    except CannotJudge as reason:
        return f"{journey.name}: {why}; where the database stands cannot be told: {reason}"
    stands = []
    for before, now in zip(journey.moves, cases, strict=False):
        same = set(now.rows) == set(before.at)
        untouched = same and (now.sight.file or now.sight.dialect != "mysql" or not ran)
        where = "as it was" if untouched else f"at {quoted(now.rows) or 'no revision'}, and may be half way to the next"
        stands.append(f"{now.sight.url.text} is {where}")
    return f"{journey.name}: {why}; {'; '.join(stands)}"


def _kept(repository: Repository, journey: Journey, copies: Mapping[str, Copy]) -> str:
    """Keep what the files were before anything is dropped from them; what to say of it."""
    if not journey.code or not copies:
        return ""
    home = os.path.join(repository.common_dir, "git-alembic", "before-sync")
    os.makedirs(home, exist_ok=True)
    kept = [
        os.path.join(home, f"{sha256(os.fsencode(path)).hexdigest()[:8]}-{os.path.basename(path)}") for path in copies
    ]
    for copy, place in zip(copies.values(), kept, strict=True):
        copy.keep(place)
    return f" (as it was: {', '.join(kept)})"


@contextmanager
def _workplace(repository: Repository) -> Iterator[str]:
    """A folder of our own; what a run left that was killed goes."""
    home = os.path.join(repository.common_dir, "git-alembic", "sync")
    os.makedirs(home, exist_ok=True)
    for name in os.listdir(home):
        if not _is_alive(name.partition("-")[0]):
            shutil.rmtree(os.path.join(home, name), ignore_errors=True)
    place = tempfile.mkdtemp(prefix=f"{os.getpid()}-", dir=home)
    try:
        yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)


def _is_alive(number: str) -> bool:
    try:
        os.kill(int(number), 0)
    except (OSError, ValueError):
        return False
    return True
