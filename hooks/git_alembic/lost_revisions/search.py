"""Where a revision is that the history lacks, in all that git still has, and what took it away. Nothing is changed.

Looked at are the index, the working tree, every ref, what the refs and the HEADs once were, stashes, other worktrees,
and at last what nothing leads to any more.
"""

from __future__ import annotations

import posixpath
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from git_alembic.git import Repository, glob_escaped
from git_alembic.git.reflog_search import (
    EVERYTHING,
    STASH,
    Commit,
    Event,
    commits,
    events,
    held,
    tips,
    unreachable,
    unreferenced,
)
from git_alembic.lost_revisions.removals import Removal, became, last_removed, removal_of, was
from git_alembic.lost_revisions.revision_query import SHORTEST, File, Here, Readings, Wanted, here, specs
from git_alembic.revisions.revision import Revision

Where = Literal["index", "working tree", "ref", "history", "stash", "reflog", "worktree", "unreachable"]
_WIDELY = (*EVERYTHING, "--no-merges")  # merges are compared with each parent: over a whole tree that takes minutes
_ORDER: Sequence[Where] = ("ref", "history", "stash", "reflog", "unreachable")


class Place(NamedTuple):
    """A file that declares the id.

    `revision` has its path ("" for content that has lost its name), its blob id ("" on a disk) and what it declares;
    `mode` is git's. `commit` is the one that brought the file as it is, None for an index, a disk, and content alone.
    `refs` are the names ("HEAD", "main", "stash@{0}") of what has this very file now; `worktree` is the top of the
    other worktree that has it in its index or on its disk, "" for all else.
    """

    where: Where
    revision: Revision
    mode: str
    commit: Commit | None = None
    refs: tuple[str, ...] = ()
    worktree: str = ""


class Lost(NamedTuple):
    """What is known of an id: the places, that to restore from first; what removed it from the history of HEAD.

    Where HEAD never had it, and no ref and no stash has it now, `removal` is the newest of all; None without one.
    """

    id: str
    places: tuple[Place, ...]
    removal: Removal | None


def find(
    repository: Repository, folders: Collection[str], name: str, *, exact: bool = False, deep: bool = True
) -> tuple[Lost, ...]:
    """What git has of the ids that `name` may mean, by id; () for nothing. Only the one id, if it is a whole one.

    `name` is an id, the beginning of one, or the name or path of a file; with `exact` an id. `folders` are the version
    folders of today; only if nothing there ever had it, and if `deep`, it is looked for elsewhere: a few seconds, or
    twenty where nothing is found in 40,000 commits.
    """
    readings = Readings(repository, Wanted(name, exact))
    present = list(here(readings, folders))
    found, adrift = _searched(readings, folders, deep=deep and not present)
    paths = sorted({path for path, _ in readings.found if path})
    own = _own(repository, paths)
    names = held(repository, tips(repository), paths) if paths else {}
    search = _Search(readings, found, own, names, adrift)
    ids = sorted({revision.id for revision in (*readings.found.values(), *(one.revision for one in present))})
    chosen = [name] if name in ids else ids
    return tuple(search.told(id_, [one for one in present if one.revision.id == id_]) for id_ in chosen)


def _own(repository: Repository, paths: Sequence[str]) -> list[Event]:
    """What happened to the paths in the history of HEAD."""
    if not paths or repository.resolve(["HEAD"])[0] is None:
        return []
    return list(events(repository, ("HEAD",), [f":(literal){path}" for path in paths]))


def _searched(readings: Readings, folders: Collection[str], *, deep: bool) -> tuple[list[Event], bool]:
    """(what happened where it was found, whether nothing leads there any more); what costs least comes first."""
    repository, name = readings.repository, readings.wanted.name
    found = list(events(repository, EVERYTHING, specs(folders))) if folders else []
    readings.learn(_files(found))
    if readings.found or not deep:
        return found, False
    patterns = [":(glob)**/versions/**/*.py"]
    if len(name) >= SHORTEST:
        patterns.append(f":(glob)**/*{glob_escaped(posixpath.basename(name).removesuffix('.py'))}*.py")
    found = list(events(repository, _WIDELY, patterns))
    readings.learn(_files(found))
    if readings.found:
        return found, False
    adrift, blobs = unreachable(repository)
    found = list(events(repository, ("--no-walk=unsorted", *adrift), ("*.py",))) if adrift else []
    named = list(_files(found))
    known = {blob for _, blob in named}
    readings.learn([*named, *(("", blob) for blob in blobs if blob not in known)])
    if readings.found:
        return found, True
    found = list(events(repository, (*_WIDELY, f"-S{name}"), ("*.py",)))
    readings.learn(_files(found))
    return found, False


def _files(found: Iterable[Event]) -> Iterator[File]:
    for event in found:
        for blob in (event.entry.new, event.entry.old):
            if blob.strip("0"):
                yield event.entry.path, blob


@dataclass(frozen=True, slots=True)
class _Search:
    """What was found, to be told id by id: the events of all, those of HEAD, and who has which file now."""

    readings: Readings
    found: Sequence[Event]
    own: Sequence[Event]
    names: Mapping[File, Sequence[str]]
    adrift: bool

    def told(self, id_: str, present: Sequence[Here]) -> Lost:
        files = {file: revision for file, revision in self.readings.found.items() if revision.id == id_}
        removed = last_removed(self.own, files)
        if removed is None and not self.adrift and not any(self.names.get(file) for file in files):
            removed = last_removed(self.found, files)
        removal = removal_of(self.readings.repository, removed, files) if removed else None
        if removal and any("HEAD" in self.names.get(file, ()) and file[0] != removal.now for file in files):
            removal = None  # it has come back
        places = [_place_here(one) for one in present]
        places += self._places(files, removed if removal else None)
        return Lost(id_, tuple(places), removal)

    def _places(self, files: Mapping[File, Revision], removed: Event | None) -> list[Place]:
        """Where git has the files, that to restore from first, else the newest first."""
        brought = _brought(self.found, files)
        last = was(removed) if removed else None
        if removed and last:
            brought |= _brought(self.own[self.own.index(removed) :] if removed in self.own else (), {last})
        order = {file: at for at, file in enumerate(brought)}
        repository = self.readings.repository
        loose = unreferenced(repository, (event.commit for event in brought.values()))
        known = commits(repository, (event.commit for event in brought.values()))
        places = []
        for file, revision in files.items():
            event, names = brought.get(file), tuple(dict.fromkeys(self.names.get(file, ())))
            if not (event or names or self.adrift):  # it is in an index alone
                continue
            commit = known[event.commit] if event else None
            mode = event.entry.new_mode if event else "100644"
            where = self._where(names, commit is None or commit.id in loose)
            rank = (0 if "HEAD" in names else 1 if file == last else 2, _ORDER.index(where), order.get(file, 0))
            places.append((rank, Place(where, revision, mode, commit, names)))
        return [place for _, place in sorted(places, key=lambda one: one[0])]

    def _where(self, names: Sequence[str], loose: bool) -> Where:
        if self.adrift:
            return "unreachable"
        if names:
            return "stash" if all(name.startswith(STASH) for name in names) else "ref"
        return "reflog" if loose else "history"


def _brought(order: Iterable[Event], files: Collection[File]) -> dict[File, Event]:
    """The newest event that made each of the files what it is; a merge only where nothing else did."""
    found: dict[File, Event] = {}
    for event in order:
        file = became(event)
        if file in files and (file not in found or found[file].parents > 1 >= event.parents):
            found[file] = event
    return found


def _place_here(one: Here) -> Place:
    where: Where = "worktree" if one.worktree else "index" if one.staged else "working tree"
    return Place(where, one.revision, one.mode, worktree=one.worktree)
