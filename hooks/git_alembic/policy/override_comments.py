"""The comments that allow rules in a revision file: `# git-alembic: allow[multiple-heads] reason`. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from git_alembic.errors import CannotCheck
from git_alembic.findings.finding import Finding
from git_alembic.history.snapshot_and_change import Change
from git_alembic.rules.rule_defaults import BY_SLUG

if TYPE_CHECKING:
    from git_alembic.policy.severity_policy import Policy


def find_comments(change: Change) -> dict[str, tuple[str, ...]]:
    """Map each path to the rules that comments in its file allow."""
    by_path = {file.path: file.allowed for file in change.after.graph.revisions if file.allowed}
    return {**by_path, **{file.path: file.allowed for file in change.after.unreadable if file.allowed}}


def find_allowed(
    change: Change, finding: Finding, by_command: Collection[str], comments: Mapping[str, tuple[str, ...]]
) -> set[str]:
    """Return the slugs that the command or a comment in a file of the finding allows."""
    if not BY_SLUG[finding.rule].has_file_override:
        return set(by_command)
    return set(by_command).union(*(comments.get(path, ()) for path in _list_files(change, finding)))


def refuse_unknown_rules_in_comments(changes: Iterable[Change]) -> None:
    """Raise CannotCheck for the first unknown rule in a comment of a new or changed file."""
    for change in changes:
        if not change.baselines:
            continue
        in_baselines = {(file.path, file.blob) for snapshot in change.baselines for file in snapshot.unreadable}
        comments = [(file.path, file.allowed) for file in change.new]
        comments += [
            (file.path, file.allowed) for file in change.after.unreadable if (file.path, file.blob) not in in_baselines
        ]
        for path, slug in ((path, slug) for path, allowed in comments for slug in allowed if slug not in BY_SLUG):
            from git_alembic.terminal.spelling_suggestion import did_you_mean

            near = did_you_mean(slug, BY_SLUG)
            raise CannotCheck(f"{path}: `# git-alembic: allow[{slug}]`: there is no rule {slug!r}{near}")


def list_unused_comments(
    change: Change, findings: Sequence[Finding], comments: Mapping[str, tuple[str, ...]], policy: Policy
) -> Iterator[str]:
    """Yield a sentence for each rule that a comment allows although its file has no finding of the rule.

    Without a baseline these are the rules on the state of a history, otherwise the rules in new and changed files.
    """
    new = {file.path for file in change.new} if change.baselines else set()
    used = {(path, finding.rule) for finding in findings for path in _list_files(change, finding)}
    for path, slugs in comments.items():
        for slug in slugs:
            rule = BY_SLUG.get(slug)
            if rule is None or rule.runs_on_scratch or policy.severities[slug] == "off" or (path, slug) in used:
                continue
            if path in new if change.baselines else rule.is_structural:
                yield f"{path}: `# git-alembic: allow[{slug}]` is not needed: this rule reports nothing in this file"


def _list_files(change: Change, finding: Finding) -> list[str]:
    """Return the paths of the files in a finding."""
    files = [revision for id_ in finding.revisions for revision in change.after.graph.by_id.get(id_, ())]
    return [finding.path, *(file.path for file in files)]
