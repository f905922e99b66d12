"""Changes written as literals: a history maps each id to its parents, `{"a": "", "b": "a", "m": "b c"}`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from git_alembic.environments.environment import Environment
from git_alembic.findings.report import Report
from git_alembic.history.graph import RevisionGraph
from git_alembic.history.snapshot_and_change import Change, Snapshot
from git_alembic.policy.rule_application import apply_rules, apply_scratch_rules
from git_alembic.policy.severity_policy import make_policy
from git_alembic.revisions.revision import Revision
from git_alembic.scratch.drift_and_roundtrip.databases_built_from_parent_commit import find_baseline
from git_alembic.scratch.scratch_result import ScratchResult

ENVIRONMENT = Environment("alembic.ini", "migrations", ("versions",), config="alembic.ini")
ID_LINE, DOWN_LINE = 3, 4

History = Mapping[str, Sequence[object]]  # id -> its parents as words of one string, or a whole `Revision`


def revision(id_: str, parents: str = "", **fields: Any) -> Revision:
    """Return a revision in its own file. The blob depends on the parents."""
    values = {"path": f"versions/{id_}.py", "blob": f"{id_} after {parents}", "id_line": ID_LINE}
    return Revision(**{**values, "id": id_, "down": tuple(parents.split()), "down_line": DOWN_LINE, **fields})


def graph(history: History) -> RevisionGraph:
    """Return the graph. A key is only a label if its value is a revision, so that two files can declare one id."""
    return RevisionGraph(
        value if isinstance(value, Revision) else revision(id_, str(value)) for id_, value in history.items()
    )


def snapshot(history: History, name: str = "staged", **fields: Any) -> Snapshot:
    return Snapshot(name, ENVIRONMENT, graph(history), **fields)


def change(
    baseline: History | None, after: History | Snapshot, /, published: History | None = None, **evidence: Any
) -> Change:
    """Return the change of a commit on HEAD. `published` defaults to HEAD."""
    baselines = () if baseline is None else (snapshot(baseline, "HEAD"),)
    held = snapshot((baseline or {}) if published is None else published, "origin/main")
    checked = after if isinstance(after, Snapshot) else snapshot(after)
    return Change(
        **{"environment": ENVIRONMENT, "baselines": baselines, "after": checked, "published": held, **evidence}
    )


def merge(
    base: History,
    first: History,
    other: History,
    after: History | Snapshot,
    *,
    other_is_published: bool,
    **evidence: Any,
) -> Change:
    """Return the change of merging `other` into `first`. A published side excuses what it brings."""
    head, side = snapshot(first, "HEAD"), snapshot(other, "topic")
    held = graph({**base, **first, **(other if other_is_published else {})})
    made = change(first, after, published={str(at): file for at, file in enumerate(held.revisions)}, **evidence)
    parents: dict[str, Any] = (
        {"baselines": (head, side), "merge_bases": (snapshot(base, "base"),)}
        if other_is_published
        else {"unpublished_parents": (side,)}
    )
    return replace(made, **parents)


# Three changes for the rules of a scratch database, which run only what the baseline doesn't have: 'd' in the first,
# 'c' and 'm' in the second, and 'b' in the third, whose baseline is the other parent.
_AB, _AC = {"a": "", "b": "a"}, {"a": "", "c": "a"}
ON_TOP = change({**_AB, "c": "b"}, {**_AB, "c": "b", "d": "c"})
JOINING = merge({"a": ""}, _AB, _AC, {**_AB, **_AC, "m": "b c"}, other_is_published=False)
REPARENTING = merge({"a": ""}, _AB, _AC, {**_AC, "b": "c"}, other_is_published=True)


def run_of(made: Change, **fields: Any) -> ScratchResult:
    """Return a run with the new revisions of a change, which are those that the baseline doesn't have."""
    baseline = find_baseline(made, [parent.name for parent in made.baselines])
    assert baseline
    after = made.after.graph
    new = (after[id_] for id_ in after.topological() if id_ not in baseline.snapshot.graph)
    return ScratchResult(ENVIRONMENT, tuple(new), **fields)


def with_comment(made: Change, slug: str) -> Change:
    """Return the same change with `# git-alembic: allow[slug]` in every file of the checked history."""
    after = made.after
    files = (file._replace(allowed=(slug,)) for file in after.graph.revisions)
    unreadable = tuple(file._replace(allowed=(slug,)) for file in after.unreadable)
    return replace(made, after=after._replace(graph=RevisionGraph(files), unreadable=unreadable))


def report_of(made: Change, slug: str, override: str = "") -> Report:
    """Return the report of one rule on a change, with the override in the command."""
    return apply_rules([made], make_policy({slug: "error"}, select=[slug], override=override))


def scratch_report(result: ScratchResult, slug: str, override: str = "") -> Report:
    """Return the report of one scratch rule on a run."""
    return apply_scratch_rules([result], make_policy({slug: "error"}, select=[slug], override=override))


def assert_override_allows(made: Change, slug: str, *, by_comment: bool = True) -> None:
    """Assert that the rule fires, and that the override, and a comment if possible, allow it with a note."""
    (finding,) = report_of(made, slug).findings
    note = f"{finding.path}: {slug} was allowed: {finding.message}"
    allowed = report_of(made, slug, override=slug)
    assert (allowed.findings, allowed.notes) == ((), (note,))
    commented = report_of(with_comment(made, slug), slug)
    notes = [text for text in commented.notes if "is not needed" not in text]  # the other files allow nothing
    assert notes == ([note] if by_comment else [])
    assert bool(commented.findings) is not by_comment


def assert_override_allows_run(result: ScratchResult, slug: str, *, by_comment: bool = True) -> None:
    """The same for a rule that checks a run on a scratch database."""
    (finding,) = scratch_report(result, slug).findings
    note = f"{finding.path}: {slug} was allowed: {finding.message}"
    allowed = scratch_report(result, slug, override=slug)
    assert (allowed.findings, allowed.notes) == ((), (note,))
    commented = replace(result, new=tuple(file._replace(allowed=(slug,)) for file in result.new))
    assert bool(scratch_report(commented, slug).findings) is not by_comment
