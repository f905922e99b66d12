"""Builds the plan of a repair: each step sees the changes of the steps before it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Literal

from git_alembic.errors import CannotCheck
from git_alembic.findings.counts_and_quoted_ids import quote_ids
from git_alembic.history.graph import RevisionGraph
from git_alembic.history.snapshot_and_change import Change
from git_alembic.repair.merge_revision import MergeRevision
from git_alembic.revisions.parser import read_revision
from git_alembic.revisions.revision import Revision
from git_alembic.revisions.rewriter import change_depends_on, change_down_revision

Content = Callable[[Revision], bytes]
PUBLISHED, COMMITTED, FRESH = range(3)


@dataclass(frozen=True, slots=True)
class Choices:
    """The user's options, and facts that the plan cannot know: the staged new paths, and the date."""

    strategy: Literal["merge", "rebase"] | None = None
    published_too: bool = False
    fresh: Collection[str] = ()
    now: str = ""


class PlanBuilder:
    def __init__(self, change: Change, content: Content, choices: Choices) -> None:
        self.change = change
        self.content = content
        self.choices = choices
        self.graph = change.after.graph
        self.files: dict[str, bytes] = {}
        self.steps: list[str] = []
        self.merges: list[MergeRevision] = []
        self.notes: list[str] = []

    def respell(self, revision: Revision, ids: Mapping[str, str]) -> None:
        """Replace names in `down_revision` and `depends_on` of a revision."""
        down, depends = (
            tuple(dict.fromkeys(ids.get(name, name) for name in names)) for names in (revision.down, revision.depends)
        )
        if down != revision.down:
            self.reparent(revision, down)
        if depends != revision.depends:
            data = self.edit(revision, lambda data: change_depends_on(data, depends))
            if data is not None:
                sentence = f"'{revision.id}' depends on {quote_ids(depends)} instead of {quote_ids(revision.depends)}"
                self.put(revision, data, sentence)

    def find_obstacle(self) -> str:
        """Return the condition that is missing for the repair of a fork, or ""."""
        graph = self.graph
        if graph.missing:
            return "the parent of '{}', '{}', exists".format(*graph.missing[0])
        if graph.duplicates or graph.cycles:
            return "no two files share an id" if graph.duplicates else "the revisions don't form a cycle"
        unreadable = self.change.after.unreadable
        return f"{unreadable[0].path} can be read" if unreadable else ""

    def age(self, revision: Revision) -> int:
        """Return PUBLISHED, COMMITTED or FRESH."""
        if revision.id in self.change.once_published or revision.id in self.change.held_elsewhere:
            return PUBLISHED  # a database may have run it
        return self.age_on_target(revision)

    def age_on_target(self, revision: Revision) -> int:
        """Return the age without regard to other branches. A revision that only they have is not published."""
        published = self.change.published.graph.by_id.get(revision.id, ())
        alone = len(self.graph.by_id.get(revision.id, ())) < 2
        if published and (alone or any(other.path == revision.path for other in published)):
            return PUBLISHED
        return FRESH if revision.path in self.choices.fresh else COMMITTED

    def is_free(self, revision: Revision, age: int | None = None) -> bool:
        """True if the revision may change. Otherwise, add a note."""
        if self.choices.published_too or (self.age(revision) if age is None else age) != PUBLISHED:
            return True
        self.notes.append(f"{revision.path} is published and stays as it is (`--published-too` changes it)")
        return False

    def data(self, revision: Revision) -> bytes:
        return self.files[revision.path] if revision.path in self.files else self.content(revision)

    def edit(self, revision: Revision, edit: Callable[[bytes], bytes]) -> bytes | None:
        """Return the edited content. If that is impossible, add a note and return None."""
        data = self.data(revision)
        try:
            return edit(data)
        except CannotCheck as reason:
            self.notes.append(f"{revision.path}: {reason}")
            return None

    def reparent(self, revision: Revision, down: tuple[str, ...]) -> None:
        data = self.edit(revision, lambda data: change_down_revision(data, down))
        if data is not None:
            self.put(revision, data, describe_move(revision, down))

    def put(self, revision: Revision, data: bytes, sentence: str) -> None:
        self.graph = self.graph_with(revision, data)
        self.files[revision.path] = data
        self.steps.append(f"{revision.path}: {sentence}")

    def graph_with(self, revision: Revision, data: bytes) -> RevisionGraph:
        now = read_revision(revision.path, "", data)
        others = [other for other in self.graph.revisions if other.path != revision.path]
        return RevisionGraph([*others, now] if isinstance(now, Revision) else others)


def describe_move(revision: Revision, down: tuple[str, ...], was: str = "") -> str:
    before = was or quote_ids(revision.down)
    if not down:
        return f"'{revision.id}' becomes a base, and no longer comes after {before}"
    return f"'{revision.id}' comes after {quote_ids(down)}" + (
        f" instead of {before}" if before else ", and is no longer a base"
    )
