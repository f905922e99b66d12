"""Generates forks of an unpublished branch, with their files."""

from __future__ import annotations

from hypothesis import strategies as st

from git_alembic.environments.environment import Environment
from git_alembic.history.graph import RevisionGraph
from git_alembic.history.snapshot_and_change import Change, Snapshot
from git_alembic.repair.plan import Plan, plan_repair
from git_alembic.repair.plan_builder import Choices
from git_alembic.revisions.parser import read_revision
from git_alembic.revisions.revision import Revision
from tests.support.revision_files import file_of


class GeneratedFork:
    """A history: a published line, then revisions that each follow one or two earlier revisions."""

    def __init__(self, line: int, grown: list[tuple[int, int | None, bool]]) -> None:
        self.parents: dict[str, tuple[str, ...]] = {}
        self.fresh: list[str] = []
        for number in range(line):
            self.parents[f"p{number}"] = (f"p{number - 1}",) if number else ()
        for number, (back, other, fresh) in enumerate(grown):
            before = list(self.parents)
            chosen = {before[-1 - back % len(before)], *([before[other % len(before)]] if other is not None else ())}
            self.parents[f"u{99 - number}"] = tuple(sorted(chosen))
            self.fresh += [f"u{99 - number}"] if fresh else []
        self.files = {
            f"versions/{id_}.py": file_of(Revision(f"versions/{id_}.py", "", id_, down, message=id_))
            for id_, down in self.parents.items()
        }

    def change(self) -> Change:
        readings = [read_revision(path, path, data) for path, data in self.files.items()]
        revisions = [reading for reading in readings if isinstance(reading, Revision)]
        environment = Environment("alembic.ini", "", ("versions",))
        published = RevisionGraph(revision for revision in revisions if revision.id.startswith("p"))
        after = Snapshot("staged", environment, RevisionGraph(revisions))
        return Change(environment, (), after, Snapshot("origin/main", environment, published))

    def repaired(self, strategy: str | None = None) -> Plan:
        fresh = [f"versions/{id_}.py" for id_ in self.fresh]
        choices = Choices("merge" if strategy else None, fresh=fresh, now="now")
        return plan_repair(self.change(), None, (), lambda revision: self.files[revision.path], choices)


FORKS = st.builds(
    GeneratedFork,
    st.integers(1, 4),
    st.lists(
        st.tuples(st.integers(0, 6), st.none() | st.none() | st.integers(0, 9), st.booleans()), min_size=1, max_size=7
    ),
)
