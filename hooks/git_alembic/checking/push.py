"""One ref update against what its branch holds, and merged with the branch that it will be merged into."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from git_alembic.errors import CannotJudge
from git_alembic.findings.finding import Severity
from git_alembic.findings.report import Judgement
from git_alembic.git import NOTHING, Repository
from git_alembic.git.remotes import FetchedTarget
from git_alembic.history.change import Change
from git_alembic.history.comparison import Comparison, Named, Question
from git_alembic.history.snapshots import History
from git_alembic.revisions.revision_cache import RevisionCache
from git_alembic.rules.verdict import Policy, judge
from git_alembic.scratch.load_identifiers import IdentifierLoader

RAISED: dict[str, Severity] = {"divergent-heads": "error"}


@dataclass(frozen=True)
class Tip:
    """A commit that a branch is to point to: `old` is what the branch holds, None for a new one.

    `held` asks what it holds now, where git did not say and `old` is what was last seen.
    """

    name: str  # as the user knows it
    commit: str
    branch: str
    old: Named | None
    forced: bool = False
    held: Callable[[], Named | None] | None = None


@dataclass(frozen=True)
class Target:
    """The branch that work is merged into; `view` asks where it is now, and only when it is needed."""

    name: str
    commit: str
    branch: str  # its name on the remote
    view: Callable[[], FetchedTarget]


@dataclass(frozen=True)
class Terms:
    """How a tip is judged: the published refs (None: the target), the rules, and who hears what is not fresh."""

    refs: Sequence[Named] | None
    rules: Callable[[Comparison], Policy]
    tell: Callable[[str], None]


def reader(repository: Repository) -> History:
    """What reads the trees of one push, of all its refs."""
    cache = RevisionCache(repository.common_dir, repository.read)
    return History(repository, cache, IdentifierLoader(repository))


def judge_tip(repository: Repository, history: History, tip: Tip, target: Target | None, terms: Terms) -> Judgement:
    """The judgement of one tip; a push that brings no revision costs one comparison."""
    onto_target = target is not None and target.branch == tip.branch
    parents = _parents(repository, tip, target, onto_target=onto_target)
    comparison = Comparison(repository, history, Question(tip.commit, tip.name, parents))
    changes = comparison.changes()
    moves = any(map(_moves, changes))
    if tip.held is not None and (moves or (tip.forced and onto_target)):
        now = replace(tip, old=tip.held(), held=None)
        if now.old != tip.old:
            return judge_tip(repository, history, now, target, terms)
    if not changes:
        return Judgement()
    against: list[Named] = []
    fetch: dict[str, tuple[str, ...]] = {}
    if target is not None and moves:
        view = target.view()
        if view.note:
            terms.tell(view.note)
        against.append((target.name, view.commit))
        fetch[target.name] = view.fetch
    if tip.old is not None and not tip.forced and not repository.is_ancestor(tip.old[1], tip.commit):
        against.append(tip.old)
    published = _published(terms.refs, tip, target, against, onto_target=onto_target)
    changes = [_with_fetch(change, fetch) for change in comparison.finished(changes, published, against)]
    history.save()
    return judge(changes, terms.rules(comparison))


def _parents(repository: Repository, tip: Tip, target: Target | None, *, onto_target: bool) -> tuple[Named, ...]:
    """What the branch holds, and where it left the target: what the target did since is not its doing."""
    parents = [tip.old] if tip.old else []
    if target is not None and not onto_target:
        base = repository.merge_base(tip.commit, target.commit)
        if base is None and repository.is_shallow():
            raise CannotJudge(
                f"this is a shallow clone that lacks the commit where {tip.name} left {target.name} "
                "(`git fetch --unshallow`, or `fetch-depth: 0` in a workflow)"
            )
        if base is not None:
            parents.append((target.name, base))
    return tuple(parents) or (("nothing", NOTHING),)


def _moves(change: Change) -> bool:
    """Whether a change brings, drops or alters a revision."""
    return bool(change.new) or any(set(before.ids) != set(change.after.graph.ids) for before in change.baseline)


def _published(
    refs: Sequence[Named] | None, tip: Tip, target: Target | None, against: Sequence[Named], *, onto_target: bool
) -> list[Named]:
    """The published refs, the target as it was just seen, and what the target's own branch held before the push."""
    fresh = dict(against)
    known = list(refs) if refs is not None else ([(target.name, target.commit)] if target else [])
    known = [(name, fresh.get(name, commit)) for name, commit in known]
    if tip.old is not None and (onto_target or target is None):
        known.append(tip.old)
    return known


def _with_fetch(change: Change, fetch: dict[str, tuple[str, ...]]) -> Change:
    predictions = (one._replace(fetch=fetch.get(one.target.name, ())) for one in change.predictions)
    return replace(change, predictions=tuple(predictions))
