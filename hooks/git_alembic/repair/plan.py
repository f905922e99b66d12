"""Plans the repair of an environment as sentences and contents of files. Writes nothing."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from git_alembic.environments.environment import Environment
from git_alembic.history.evidence.similar_ids import find_similar_id
from git_alembic.history.graph import RevisionGraph
from git_alembic.history.graph_algorithms.allowed_heads import count_excess_heads
from git_alembic.history.snapshot_and_change import Change
from git_alembic.repair.fork_repair import unfork
from git_alembic.repair.heads_file_plan import plan_heads_file
from git_alembic.repair.merge_revision import MergeRevision, new_id, next_number
from git_alembic.repair.plan_builder import Choices, Content, PlanBuilder, describe_move
from git_alembic.revisions.digest_ignoring_cosmetic_edits import fingerprint
from git_alembic.revisions.parser import EMPTY_PARENT
from git_alembic.revisions.revision import Revision
from git_alembic.revisions.rewriter import change_down_revision, change_revision_id


@dataclass(frozen=True, slots=True)
class Plan:
    """`files` are whole contents by path, `after` is the resulting history. `notes` say what is impossible, and why."""

    environment: Environment
    steps: Sequence[str]
    files: Mapping[str, bytes]
    merges: Sequence[MergeRevision]
    notes: Sequence[str]
    after: RevisionGraph


def plan_repair(
    change: Change, branch: Change | None, stale: Collection[str], content: Content, choices: Choices
) -> Plan:
    """Plan the repair of one environment.

    `change` has everything, `branch` only what changed since the branch left the target. `stale` are the paths whose
    docstring is wrong. `content` and this function raise CannotCheck for a file that must not be edited.
    """
    builder = PlanBuilder(change, content, choices)
    if branch is not None:
        _bring_back(builder, branch)
        _restore_parents(builder, branch)
    _respell_names(builder)
    _reidentify(builder)
    unfork(builder)
    _replace_empty_parents(builder)
    _correct_docstrings(builder, stale)
    _write_heads_file(builder)
    return Plan(change.environment, builder.steps, builder.files, builder.merges, builder.notes, builder.graph)


def _bring_back(builder: PlanBuilder, branch: Change) -> None:
    """Restore deleted published revisions, but not those of a squash or of a removed environment."""
    paths = {revision.path for revision in builder.graph.revisions}
    deleted = [branch.first_parent[id_] for id_ in branch.deleted_ids if id_ not in builder.graph]
    restorable = [revision for revision in deleted if revision.path not in paths]
    whole = RevisionGraph([*builder.graph.revisions, *restorable])
    if not len(builder.graph) or len(whole.bases) > len(branch.first_parent.bases):
        return
    for revision in restorable:
        sentence = f"'{revision.id}' is restored as it was in {branch.baselines[0].name}"
        builder.put(revision, builder.content(revision), sentence)


def _restore_parents(builder: PlanBuilder, branch: Change) -> None:
    """Give published revisions their old parents again, unless the new parents were a repair."""
    if branch.repairs_graph:
        return
    for revision, olds in branch.changed_revisions:
        down = olds[0].down
        changed = all(set(old.down) != set(revision.down) for old in olds)
        if changed and revision.down and all(name in builder.graph for name in down):
            builder.reparent(builder.graph[revision.id], down)


def _respell_names(builder: PlanBuilder) -> None:
    """Replace file names and typos in `down_revision` and `depends_on` with the intended ids."""
    wrong = {*builder.graph.missing, *builder.graph.missing_dependencies}
    for id_ in sorted({id_ for id_, _ in wrong}):
        revision, never = builder.graph[id_], builder.graph.descendants((id_,))
        similar = {name: find_similar_id(builder.graph, name, never) for child, name in wrong if child == id_}
        ids = {name: was_meant.id for name, was_meant in similar.items() if was_meant}
        if ids and builder.is_free(revision):
            builder.respell(revision, ids)


def _reidentify(builder: PlanBuilder) -> None:
    """Give each file its own id. The oldest file keeps the shared id, and newer revisions follow their parent."""
    for id_ in builder.graph.duplicates:
        claims = [file.path for file in builder.change.files_by_age(id_)]
        order = {path: position for position, path in enumerate(claims)}
        files = builder.graph.by_id[id_]
        oldest, *others = sorted(files, key=lambda file: (builder.age(file), order.get(file.path, -1), file.path))
        for revision in others:
            if _is_copy(oldest, revision, builder.data):
                builder.notes.append(f"{revision.path} is a copy of {oldest.path}: remove one of them")
            elif builder.is_free(revision, builder.age(revision)):
                _rename(builder, revision, oldest)


def _rename(builder: PlanBuilder, revision: Revision, oldest: Revision) -> None:
    age = builder.age(revision)
    used_ids = {*builder.graph.by_id, *builder.change.published.graph.by_id}
    id_ = next_number(used_ids, revision.id) or new_id(builder.graph, revision.path, revision.id)
    near = [relative for relative in builder.graph.revisions if revision.id in (*relative.down, *relative.depends)]
    followers = [relative for relative in near if builder.age(relative) >= age]
    data = builder.edit(revision, lambda data: change_revision_id(data, id_))
    if data is None:
        return
    builder.put(revision, data, f"its id becomes '{id_}' instead of '{revision.id}', which {oldest.path} already uses")
    for relative in followers:
        builder.respell(relative, {revision.id: id_})


def _replace_empty_parents(builder: PlanBuilder) -> None:
    """Replace an empty `down_revision`, which Alembic rejects, with its meaning."""
    for revision in builder.graph.revisions:
        if revision.problem == EMPTY_PARENT and builder.is_free(revision):
            down = revision.down
            data = builder.edit(revision, lambda data: change_down_revision(data, down))  # noqa: B023 - called now
            if data is not None:
                builder.put(revision, data, describe_move(revision, down, "''"))


def _correct_docstrings(builder: PlanBuilder, stale: Collection[str]) -> None:
    """Correct docstrings that contradict the code, unless another step has edited the file."""
    for revision in builder.graph.revisions:
        if revision.path in stale and revision.path not in builder.files and builder.is_free(revision):
            id_, down = revision.id, revision.down
            data = builder.edit(revision, lambda data: change_revision_id(change_down_revision(data, down), id_))  # noqa: B023 - called at once
            if data is not None:
                builder.put(revision, data, "the docstring now agrees with the code")


def _write_heads_file(builder: PlanBuilder) -> None:
    """Write the file with the heads after all other steps, unless the history stays broken."""
    change = builder.change
    if change.heads_file is None or builder.find_obstacle() or count_excess_heads(builder.graph, change.heads_allowed):
        return
    step = plan_heads_file(change.environment.heads_file_path, change.heads_file, builder.graph, change.heads_allowed)
    if step and step.note:
        builder.notes.append(step.note)
    elif step:
        builder.files[step.path] = step.data
        builder.steps.append(f"{step.path}: {step.sentence}")


def _is_copy(first: Revision, second: Revision, data: Content) -> bool:
    return first.message == second.message and fingerprint(data(first)) == fingerprint(data(second))
