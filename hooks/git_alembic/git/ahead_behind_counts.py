"""Finds where many commits left one target: their merge bases, and how far they are ahead and behind."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Protocol

from git_alembic.git.text_encoding import decode


class MergeBaseSource(Protocol):
    """The questions to the repository."""

    def run_with_lines(self, arguments: Sequence[str], lines: Iterable[str]) -> bytes:
        """Run git with lines on its standard input."""

    def merge_base(self, first: str, second: str) -> str | None:
        """Return the best common ancestor of two commits."""


class Divergences:
    """The points where commits left the target. One `rev-list` answers for most of them.

    A commit outside the target leaves it where its parents do. If there are several such points on the target's
    first-parent line, the newest contains the others. Only the remaining cases need another git process.
    """

    def __init__(self, repository: MergeBaseSource, tips: Sequence[str], target: str) -> None:
        self._repository = repository
        self._target = target
        self._parents: dict[str, list[str]] = {}  # parents of the commits outside the target
        self._places: dict[str, frozenset[str]] = {}  # commits of the target from which each of those is reachable
        self._behind: dict[frozenset[str], int] = {}
        command = ("rev-list", "--topo-order", "--reverse", "--boundary", "--parents", "--stdin")
        lines = decode(repository.run_with_lines(command, [*tips, f"^{target}"])).splitlines() if tips else []
        for commit, *parents in (line.split(" ") for line in lines):
            if not commit.startswith("-"):
                self._parents[commit] = parents
                self._places[commit] = self._join(parents)

    def _join(self, parents: Iterable[str]) -> frozenset[str]:
        every = [self._places.get(parent, frozenset((parent,))) for parent in parents]
        joined = every[0] if every else frozenset()
        if all(places == joined for places in every):
            return joined
        joined = joined.union(*every)
        line = self._first_parent_line
        on_line = [place for place in joined if place in line]
        return joined.difference(on_line).union((min(on_line, key=line.__getitem__),)) if on_line else joined

    @cached_property
    def _first_parent_line(self) -> dict[str, int]:
        """The commits of the target along first parents, each with its distance from the newest."""
        lines = decode(self._repository.run_with_lines(("rev-list", "--first-parent", "--stdin"), [self._target]))
        return {commit: distance for distance, commit in enumerate(lines.splitlines())}

    def merge_base(self, tip: str) -> str | None:
        """Return the merge base of a commit with the target, or None if there is none."""
        places = self._places.get(tip)
        if places is None:
            return tip
        return self._repository.merge_base(tip, self._target) if len(places) > 1 else next(iter(places), None)

    def ahead(self, tip: str) -> int:
        """Return the number of commits that the target lacks."""
        seen, todo = set[str](), [tip]
        while todo:
            commit = todo.pop()
            if commit in self._parents and commit not in seen:
                seen.add(commit)
                todo += self._parents[commit]
        return len(seen)

    def behind(self, tip: str) -> int:
        """Return the number of commits that only the target has."""
        places = self._places.get(tip, frozenset((tip,)))
        if places not in self._behind:
            lines = [self._target, *(f"^{place}" for place in sorted(places))]
            self._behind[places] = int(self._repository.run_with_lines(("rev-list", "--count", "--stdin"), lines))
        return self._behind[places]
