"""What would repair an environment, as sentences and files; nothing is written here."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from git_alembic.environments.environment import Environment
from git_alembic.errors import CannotJudge
from git_alembic.history.change import Change, excess, quoted
from git_alembic.history.evidence.near_miss import find_near_miss
from git_alembic.history.fork_moves import ForkMove, moves, surplus, to_join
from git_alembic.history.graph import RevisionGraph
from git_alembic.repair.heads_file_step import plan_heads_file
from git_alembic.repair.merge_revision import Joint, joint, new_id, next_number
from git_alembic.revisions.fingerprint import fingerprint
from git_alembic.revisions.parser import EMPTY_PARENT, read_revision
from git_alembic.revisions.revision import Revision
from git_alembic.revisions.rewriter import change_depends_on, change_down_revision, change_revision_id
from git_alembic.rules.advice import labelled_base

Content = Callable[[Revision], bytes]
PUBLISHED, COMMITTED, FRESH = range(3)


@dataclass(frozen=True, slots=True)
class Choices:
    """What the user asked for, and what the plan cannot know: the staged new paths, and the date."""

    strategy: Literal["merge", "rebase"] | None = None
    published_too: bool = False
    fresh: Collection[str] = ()
    now: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """`files` are whole contents by path, `after` the history that results; `notes` say what is impossible, and why."""

    environment: Environment
    steps: Sequence[str]
    files: Mapping[str, bytes]
    merges: Sequence[Joint]
    notes: Sequence[str]
    after: RevisionGraph


def plan(change: Change, branch: Change | None, stale: Collection[str], content: Content, choices: Choices) -> Plan:
    """The repair of one environment.

    `change` judges all of it, `branch` what was done since the published line was left; `stale` are the paths whose
    docstring is wrong. `content` raises CannotJudge for a file that must not be edited, and so does this.
    """
    draft = _Draft(change, content, choices)
    if branch is not None:
        draft.bring_back(branch)
        draft.restore_parents(branch)
    draft.respell()
    draft.reidentify()
    draft.unfork()
    draft.settle()
    draft.redocument(stale)
    draft.write_heads_file()
    return Plan(change.environment, draft.steps, draft.files, draft.merges, draft.notes, draft.graph)


class _Draft:
    """A plan in the making: each repair sees what those before it have changed."""

    def __init__(self, change: Change, content: Content, choices: Choices) -> None:
        self.change = change
        self.content = content
        self.choices = choices
        self.graph = change.after.graph
        self.files: dict[str, bytes] = {}
        self.steps: list[str] = []
        self.merges: list[Joint] = []
        self.notes: list[str] = []

    def bring_back(self, branch: Change) -> None:
        """Deleted published revisions; not those of a squash or of an environment that is gone as a whole."""
        held = {revision.path for revision in self.graph.revisions}
        gone = [branch.first_parent[id_] for id_ in branch.deleted_ids if id_ not in self.graph]
        lost = [revision for revision in gone if revision.path not in held]
        whole = RevisionGraph([*self.graph.revisions, *lost])
        if not len(self.graph) or len(whole.bases) > len(branch.first_parent.bases):
            return
        for revision in lost:
            sentence = f"'{revision.id}' is brought back as it was in {branch.before[0].name}"
            self._put(revision, self.content(revision), sentence)

    def restore_parents(self, branch: Change) -> None:
        """Published revisions that got other parents come after the old ones again, unless that was a repair."""
        if branch.repairs_graph:
            return
        for revision, olds in branch.changed_revisions:
            down = olds[0].down
            changed = all(set(old.down) != set(revision.down) for old in olds)
            if changed and revision.down and all(name in self.graph for name in down):
                self._reparent(self.graph[revision.id], down)

    def respell(self) -> None:
        """File names and near misses in `down_revision` and `depends_on` become the ids that were meant."""
        wrong = {*self.graph.missing, *self.graph.missing_dependencies}
        for id_ in sorted({id_ for id_, _ in wrong}):
            revision, never = self.graph[id_], self.graph.descendants((id_,))
            found = {name: find_near_miss(self.graph, name, never) for child, name in wrong if child == id_}
            ids = {name: was_meant.id for name, was_meant in found.items() if was_meant}
            if ids and self._free(revision):
                self._respell(revision, ids)

    def _respell(self, revision: Revision, ids: Mapping[str, str]) -> None:
        """Other names for what a revision comes after and depends on."""
        down, depends = (
            tuple(dict.fromkeys(ids.get(name, name) for name in names)) for names in (revision.down, revision.depends)
        )
        if down != revision.down:
            self._reparent(revision, down)
        if depends != revision.depends:
            data = self._edited(revision, lambda data: change_depends_on(data, depends))
            if data is not None:
                sentence = f"'{revision.id}' depends on {quoted(depends)} instead of {quoted(revision.depends)}"
                self._put(revision, data, sentence)

    def reidentify(self) -> None:
        """Of files that share an id the oldest keeps it; what is as new as a file that loses it follows that file."""
        for id_ in self.graph.duplicates:
            claims = [file.path for file in self.change.files_by_age(id_)]
            order = {path: position for position, path in enumerate(claims)}
            files = self.graph.by_id[id_]
            kept, *others = sorted(files, key=lambda file: (self._age(file), order.get(file.path, -1), file.path))
            for revision in others:
                if _alike(kept, revision, self._data):
                    self.notes.append(f"{revision.path} is a copy of {kept.path}: remove one of them")
                elif self._free(revision, self._age(revision)):
                    self._rename(revision, kept)

    def _rename(self, revision: Revision, kept: Revision) -> None:
        age = self._age(revision)
        taken = {*self.graph.by_id, *self.change.published.graph.by_id}
        id_ = next_number(taken, revision.id) or new_id(self.graph, revision.path, revision.id)
        near = [relative for relative in self.graph.revisions if revision.id in (*relative.down, *relative.depends)]
        followers = [relative for relative in near if self._age(relative) >= age]
        data = self._edited(revision, lambda data: change_revision_id(data, id_))
        if data is None:
            return
        self._put(revision, data, f"its id becomes '{id_}' instead of '{revision.id}', which {kept.path} has")
        for relative in followers:
            self._respell(relative, {revision.id: id_})

    def unfork(self) -> None:
        """Unpublished sides go on top of the others; what cannot is joined by a merge revision."""
        allowed, strategy = self.change.heads_allowed, self.choices.strategy
        while groups := surplus(self.graph, allowed):
            if obstacle := self._obstacle():
                self.notes.append(f"the fork can be repaired once {obstacle}")
                return
            if strategy != "merge" and allowed == 1 and (line := self._separate_line(groups[0])):
                self.notes.append(
                    f"'{line}' starts a line of its own with a branch label: set `heads = \"one-per-label\"` "
                    "in [tool.git-alembic], or join the lines with `--strategy merge`"
                )
                return
            if strategy != "merge" and any(self._move(move) for heads in groups for move in self._moves(heads)):
                continue
            joined = () if strategy == "rebase" else to_join(self.graph, groups[0], allowed)
            if not joined:
                self.notes.append(f"no side of the fork over {quoted(groups[0])} can be re-parented{self._advice()}")
                return
            self._join(joined)

    def _separate_line(self, heads: Sequence[str]) -> str:
        """The first unpublished base with a branch label that stands apart from the other heads' lines, else ""."""
        for head in heads:
            if labelled_base(self.graph, head, heads):
                line = self.graph.ancestors((head,))
                base = next(id_ for id_ in sorted(line) if not self.graph[id_].down)
                if self._age(self.graph[base]) != PUBLISHED:
                    return base
        return ""

    def settle(self) -> None:
        """An empty `down_revision`, which Alembic refuses, becomes what it means."""
        for revision in self.graph.revisions:
            if revision.problem == EMPTY_PARENT and self._free(revision):
                down = revision.down
                data = self._edited(revision, lambda data: change_down_revision(data, down))  # noqa: B023 - called at once
                if data is not None:
                    self._put(revision, data, _moved(revision, down, "''"))

    def _obstacle(self) -> str:
        graph = self.graph
        if graph.missing:
            return "the parent of '{}', '{}', is there".format(*graph.missing[0])
        if graph.duplicates or graph.cycles:
            return "no two files share an id" if graph.duplicates else "the revisions form no loop"
        unreadable = self.change.after.unreadable
        return f"{unreadable[0].path} can be read" if unreadable else ""

    def _moves(self, heads: Sequence[str]) -> list[ForkMove]:
        forced = self.choices.published_too and self.choices.strategy == "rebase"
        found = moves(self.graph, heads, lambda id_: self._age(self.graph[id_]) + forced)
        one_line = self.change.heads_allowed == 1
        return [move for move in found if one_line or self.graph.parents(move.bottom)]

    def _move(self, move: ForkMove) -> bool:
        revision = self.graph[move.bottom]
        data = self._edited(revision, lambda data: change_down_revision(data, (move.onto,)))
        if data is None:
            return False
        after = self._graph_with(revision, data)
        allowed = self.change.heads_allowed
        if after.cycles or excess(after, allowed) >= excess(self.graph, allowed):
            return False
        self._put(revision, data, _moved(revision, (move.onto,)))
        return True

    def _join(self, heads: tuple[str, ...]) -> None:
        like = self.graph[heads[-1]]
        made = joint(self.graph, heads, like, self._data(like), self.choices.now)
        self.merges.append(made)
        self.graph = RevisionGraph([*self.graph.revisions, Revision(made.path, "", made.id, heads)])
        folder = posixpath.dirname(made.path) or "."
        self.steps.append(f"{folder}: a new merge revision '{made.id}' over {quoted(heads)}")

    def redocument(self, stale: Collection[str]) -> None:
        """Docstrings that contradict the code, of files that nothing else has corrected."""
        for revision in self.graph.revisions:
            if revision.path in stale and revision.path not in self.files and self._free(revision):
                id_, down = revision.id, revision.down
                data = self._edited(revision, lambda data: change_revision_id(change_down_revision(data, down), id_))  # noqa: B023 - called at once
                if data is not None:
                    self._put(revision, data, "the docstring says what the code says")

    def write_heads_file(self) -> None:
        """The file with the heads, for the history that the other steps give; not while that is broken."""
        change = self.change
        if change.heads_file is None or self._obstacle() or excess(self.graph, change.heads_allowed):
            return
        step = plan_heads_file(change.environment.heads_file, change.heads_file, self.graph, change.heads_allowed)
        if step and step.note:
            self.notes.append(step.note)
        elif step:
            self.files[step.path] = step.data
            self.steps.append(f"{step.path}: {step.sentence}")

    def _advice(self) -> str:
        if self.choices.strategy == "rebase" and not self.choices.published_too:
            return "; `--strategy merge` joins published sides, `--published-too` re-parents them anyway"
        return ""

    def _age(self, revision: Revision) -> int:
        """PUBLISHED, COMMITTED or FRESH."""
        if revision.id in self.change.once_published or revision.id in self.change.held_elsewhere:
            return PUBLISHED  # a database may have run it
        published = self.change.published.graph.by_id.get(revision.id, ())
        alone = len(self.graph.by_id.get(revision.id, ())) < 2
        if published and (alone or any(other.path == revision.path for other in published)):
            return PUBLISHED
        return FRESH if revision.path in self.choices.fresh else COMMITTED

    def _free(self, revision: Revision, age: int | None = None) -> bool:
        if self.choices.published_too or (self._age(revision) if age is None else age) != PUBLISHED:
            return True
        self.notes.append(f"{revision.path} is published and stays as it is (`--published-too` changes it)")
        return False

    def _data(self, revision: Revision) -> bytes:
        return self.files[revision.path] if revision.path in self.files else self.content(revision)

    def _edited(self, revision: Revision, edit: Callable[[bytes], bytes]) -> bytes | None:
        data = self._data(revision)
        try:
            return edit(data)
        except CannotJudge as reason:
            self.notes.append(f"{revision.path}: {reason}")
            return None

    def _reparent(self, revision: Revision, down: tuple[str, ...]) -> None:
        data = self._edited(revision, lambda data: change_down_revision(data, down))
        if data is not None:
            self._put(revision, data, _moved(revision, down))

    def _put(self, revision: Revision, data: bytes, sentence: str) -> None:
        self.graph = self._graph_with(revision, data)
        self.files[revision.path] = data
        self.steps.append(f"{revision.path}: {sentence}")

    def _graph_with(self, revision: Revision, data: bytes) -> RevisionGraph:
        now = read_revision(revision.path, "", data)
        others = [other for other in self.graph.revisions if other.path != revision.path]
        return RevisionGraph([*others, now] if isinstance(now, Revision) else others)


def _moved(revision: Revision, down: tuple[str, ...], was: str = "") -> str:
    before, now = (quoted(ids) if ids else "nothing (a base)" for ids in (revision.down, down))
    return f"'{revision.id}' comes after {now} instead of {was or before}"


def _alike(first: Revision, second: Revision, data: Content) -> bool:
    return first.message == second.message and fingerprint(data(first)) == fingerprint(data(second))
