"""Where a lost revision belongs today: its environment may have moved since, or have a twin for another dialect."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from git_alembic.history.change import Snapshot
from git_alembic.history.graph import RevisionGraph
from git_alembic.lost_revisions.search import Lost, Place
from git_alembic.revisions.revision import Revision

_MOST_OF_A_NAME = 40  # characters of a message that Alembic takes into the name of a file


@dataclass(frozen=True)
class Candidate:
    """A lost revision, the place to take it from, and where it belongs: None and its old path where nothing is left."""

    lost: Lost
    place: Place
    side: Snapshot | None

    @cached_property
    def path(self) -> str:
        """Where its file belongs today."""
        return _path(self.place.revision, self.side)

    @property
    def is_held(self) -> bool:
        """Whether it is a file of this working tree, or of its index, that Alembic loads."""
        held = self.side is not None and self.side.environment.holds(self.place.revision.path)
        return held and self.place.where in ("index", "working tree")

    @cached_property
    def after(self) -> RevisionGraph:
        """The history of its environment with it."""
        others = [one for one in (self.side.graph.revisions if self.side else ()) if one.path != self.path]
        return RevisionGraph([*others, self.place.revision._replace(path=self.path)])


def candidates(lost: Lost, sides: Sequence[Snapshot]) -> list[Candidate]:
    """One candidate per environment that an id may belong to, from the first place that fits each."""
    found: dict[str, Candidate] = {}
    for place in lost.places:
        for side in _homes(place.revision, sides):
            found.setdefault(side.environment.name if side else "", Candidate(lost, place, side))
    return list(found.values())


def _homes(revision: Revision, sides: Sequence[Snapshot]) -> list[Snapshot | None]:
    """The environments that load the path; else those that know its parents or children; else all.

    Of several only those whose folders are most like the path: twins have the same ids.
    """
    loading = [side for side in sides if side.environment.holds(revision.path)]
    related = [side for side in sides if _relatives(revision, side.graph)]
    found = loading or related or sides
    most = max((_likeness(revision.path, side) for side in found), default=0)
    return [*(side for side in found if _likeness(revision.path, side) == most)] or [None]


def _likeness(path: str, side: Snapshot) -> int:
    """How many names of folders a path and an environment have in common."""
    names = {name for folder in side.environment.versions for name in folder.split("/")}
    return len(names.intersection(path.split("/")[:-1]))


def _relatives(revision: Revision, graph: RevisionGraph) -> list[Revision]:
    """Parents, then children."""
    parents = [graph[id_] for id_ in (*revision.down, *revision.depends) if id_ in graph]
    return [*parents, *(one for one in graph.revisions if revision.id in (*one.down, *one.depends))]


def _path(revision: Revision, side: Snapshot | None) -> str:
    name = posixpath.basename(revision.path) or _name(revision)
    if side is None or side.environment.holds(revision.path):
        return revision.path or name
    folders = [posixpath.dirname(one.path) for one in _relatives(revision, side.graph)]
    return posixpath.join(next(iter(folders or side.environment.versions), ""), name)


def _name(revision: Revision) -> str:
    """As Alembic would call it."""
    slug = "_".join(re.findall(r"\w+", revision.message.lower()))[:_MOST_OF_A_NAME]
    return f"{re.sub(r'[^0-9A-Za-z_.]', '_', revision.id)}_{slug}.py"
