"""Counts the forks of a main line that `conflicts` would have announced: `python benchmarks/announced.py REPOSITORY …`.

REPOSITORY is a clone with the refs of its pull requests (`git fetch origin '+refs/pull/*:refs/pull/*'`). It is only
read; git-alembic keeps its cache there.

Forks: each landing on the main line that left more heads than before. Commits within five minutes land together, and a
fork that is repaired within the landing doesn't count. `git alembic conflicts --as-of` runs for the second before, and
for an hour, a day and a week before. A fork is announced if a collision names revisions of both sides. Commits without
a ref can't be announced: those that were pushed to the main line directly, and branches that were rewritten or deleted.

False alarms: the same command runs once a week (`--weeks`). Each pair of branches that would fork the history although
neither forks with the main line is followed in the later main line.

Prints Markdown. Run it with the interpreter that git-alembic is installed for.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import sysconfig
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, NamedTuple

from git_alembic.git import Repository
from git_alembic.git.search.commit_log import list_path_changes
from git_alembic.history.snapshot_reader import open_reader
from git_alembic.revisions.revision import Revision

PROGRAM = str(Path(sysconfig.get_path("scripts"), "git-alembic"))
TOGETHER = 300  # seconds
OPEN = 60 * 86_400  # a branch without a commit for this time doesn't count as open
WEEK = 7 * 86_400
YEAR = 365.25 * 86_400
LEADS = (1, 3_600, 86_400, WEEK)  # seconds before a fork lands


class Landing(NamedTuple):
    """The commits that reached the main line together, for one environment."""

    commit: str
    time: int
    environment: str
    before: frozenset[str]
    after: frozenset[str]


class Fork(NamedTuple):
    """A landing that left more heads: the ids of each new head's side, and of the side that it forked from."""

    landing: Landing
    sides: tuple[tuple[frozenset[str], frozenset[str]], ...]


class Project:
    """A repository and its main line."""

    def __init__(self, folder: Path, target: str) -> None:
        self.folder = folder
        self.target = target or self.git("symbolic-ref", "--short", "HEAD").strip()
        rows = self.git("log", "--first-parent", "--format=%H %ct %s", self.target).splitlines()
        self.line = {row.split(" ")[0]: int(row.split(" ")[1]) for row in rows}
        self.subjects = {row.split(" ")[0]: row.split(" ", 2)[2] for row in rows}
        self.commit = next(iter(self.line))
        self.folders: set[str] = set()  # the version folders, once the landings are known

    def git(self, *arguments: str) -> str:
        command = ("git", "-C", str(self.folder), *arguments)
        return subprocess.run(command, check=True, capture_output=True, text=True, errors="replace").stdout

    def ours(self, *arguments: str) -> str:
        """Run git-alembic. Unreadable files of one branch don't matter here."""
        done = subprocess.run((PROGRAM, *arguments), cwd=self.folder, capture_output=True, text=True, check=False)
        if done.returncode not in (0, 1) and not done.stdout:
            raise SystemExit(f"{self.folder}: {' '.join(arguments)}: {done.stderr}")
        return done.stdout

    def forecast(self, moment: int) -> dict[str, Any]:
        """Return the collisions at a moment, between branches with a commit in the two months before."""
        past, since = (datetime.fromtimestamp(at, timezone.utc).isoformat() for at in (moment, moment - OPEN))
        options = ("--target", self.target, "--as-of", past, "--since", since, "--format", "json")
        found: dict[str, Any] = json.loads(self.ours("conflicts", *options))
        return found

    def landings(self) -> list[Landing]:
        """Return all landings that changed heads, oldest first."""
        steps: dict[str, list[tuple[str, int, frozenset[str], frozenset[str]]]] = {}
        order = {commit: at for at, commit in enumerate(reversed(self.line))}
        audit = map(json.loads, self.ours("audit", "--format", "json", self.target).splitlines())
        for step in sorted((step for step in audit if step["commit"] in order), key=lambda step: order[step["commit"]]):
            self.folders.update(step["versions"])
            heads = (frozenset(step[side]["heads"]) for side in ("before", "after"))
            steps.setdefault(step["environment"], []).append((step["commit"], self.line[step["commit"]], *heads))
        return [landing for name, found in steps.items() for landing in _grouped(name, found)]

    def parents(self, commit: str, environment: str) -> dict[str, tuple[str, ...]]:
        """Return the parents of each revision at a commit."""
        return {revision["id"]: tuple(revision["down_revision"]) for revision in self._history(commit, environment)}

    def paths(self, commit: str, environment: str) -> dict[str, str]:
        """Return the path of each revision at a commit."""
        return {revision["id"]: revision["path"] for revision in self._history(commit, environment)}

    def _history(self, commit: str, environment: str) -> list[dict[str, Any]]:
        found = json.loads(self.ours("graph", "--rev", commit, "--format", "json"))["environments"]
        history: list[dict[str, Any]] = next((each["history"] for each in found if each["name"] == environment), [])
        return history


def _grouped(name: str, steps: Sequence[tuple[str, int, frozenset[str], frozenset[str]]]) -> Iterator[Landing]:
    first = steps[0]
    for step, following in zip(steps, [*steps[1:], None], strict=True):
        if following is None or following[1] - step[1] > TOGETHER:
            yield Landing(step[0], first[1], name, first[2], step[3])
            first = following or step


def forks(project: Project, landings: Sequence[Landing]) -> Iterator[Fork]:
    """Yield the landings that left more than one head, and more than before."""
    for landing in landings:
        if len(landing.after) <= max(1, len(landing.before)):
            continue
        parents = project.parents(landing.commit, landing.environment)
        lines = {head: _ancestors(parents, head) for head in landing.after}
        new = landing.after - landing.before
        pairs = [(one, two) for one in sorted(new) for two in sorted(landing.after) if one != two]
        yield Fork(landing, tuple((lines[one] - lines[two], lines[two] - lines[one]) for one, two in pairs))


def _ancestors(parents: Mapping[str, Sequence[str]], head: str) -> frozenset[str]:
    seen, todo = set[str](), [head]
    while todo:
        id_ = todo.pop()
        if id_ in parents and id_ not in seen:
            seen.add(id_)
            todo += parents[id_]
    return frozenset(seen)


def announcement(forecast: Mapping[str, Any], fork: Fork) -> Mapping[str, Any] | None:
    """Return the collision that names revisions of both sides of a fork."""
    for collision in forecast["collisions"]:
        ids = set(collision["revisions"])
        if collision["kind"] == "fork" and any(ids & one and ids & two for one, two in fork.sides):
            found: Mapping[str, Any] = collision
            return found
    return None


def lead(project: Project, fork: Fork) -> int:
    """Return the seconds between the announcement of a fork and its landing: one of LEADS, or 0 without one."""
    found = 0
    tried = [LEADS[0], LEADS[2]]
    while tried:
        seconds = tried.pop(0)
        if announcement(project.forecast(fork.landing.time - seconds), fork) is None:
            tried = [LEADS[1]] if seconds == LEADS[2] else []
        else:
            found = seconds
            tried = [LEADS[3]] if seconds == LEADS[2] else tried
    return found


def is_on_a_branch(project: Project, fork: Fork) -> bool:
    """True if a ref other than the main line still has the commits of a new side of the fork."""
    new = {id_ for sides in fork.sides for id_ in sides[0]} - fork.landing.before
    return all(
        project.git("rev-list", "--max-count=1", "--all", f"^{project.target}", "--", path).strip()
        for id_, path in project.paths(fork.landing.commit, fork.landing.environment).items()
        if id_ in new
    )


class Outcomes:
    """The outcomes of announced pairs."""

    def __init__(self, project: Project, found: Sequence[Fork]) -> None:
        self._project = project
        self._forks = found
        self._ids = _ids_of(project)

    def of(self, pair: frozenset[str], names: Sequence[str]) -> str:
        """Return what happened to two heads that were announced to fork, of branches with these names."""
        if any(pair & one and pair & two for fork in self._forks for one, two in fork.sides):
            return "forked the main line"
        missing = pair - self._ids
        if not missing:
            return "one was re-parented before it landed"
        if all(self._landed(name) for name in names):
            return "one landed with another revision, or without it"
        return "one never landed"

    def _landed(self, name: str) -> bool:
        number = re.fullmatch(r"pull/(\d+)/head", name)
        return name.startswith("merged in ") or (
            number is not None and any(_names_pull(text, number[1]) for text in self._project.subjects.values())
        )


def _names_pull(subject: str, number: str) -> bool:
    return f"(#{number})" in subject or f"Merge pull request #{number} " in subject


def _ids_of(project: Project) -> frozenset[str]:
    """Return all ids that the main line ever had."""
    repository = Repository(str(project.folder))
    folders = [f":(literal){folder}" for folder in sorted(project.folders)]
    changes = list_path_changes(repository, ("--first-parent", project.target), folders)
    files = {(change.entry.path, change.entry.new) for change in changes if change.entry.new.strip("0")}
    revisions = open_reader(repository).read_files(sorted(files))
    return frozenset(revision.id for revision in revisions if isinstance(revision, Revision))


def pairs_of(forecast: Mapping[str, Any]) -> Iterator[tuple[frozenset[str], tuple[str, str]]]:
    """Yield (the heads, the names of the branches) of pairs that fork although neither forks with the main line."""
    alone = {found["branch"] for found in forecast["collisions"] if found["other"] is None and found["kind"] == "fork"}
    for collision in forecast["collisions"]:
        names = collision["branch"], collision["other"]
        if collision["kind"] == "fork" and collision["other"] is not None and not alone.intersection(names):
            yield frozenset(collision["revisions"]), names


def report(project: Project, weeks: int, years: float) -> list[str]:
    start = project.line[project.commit]
    landings = [landing for landing in project.landings() if landing.time > start - years * YEAR]
    found = list(forks(project, landings))
    leads: list[int] = []
    unseen = 0
    for fork in found:
        leads.append(lead(project, fork))
        unseen += not leads[-1] and not is_on_a_branch(project, fork)
        at = datetime.fromtimestamp(fork.landing.time, timezone.utc).date()
        print(f"{at} {fork.landing.commit[:10]} {leads[-1]} {unseen}", file=sys.stderr, flush=True)
    outcomes = Outcomes(project, found) if weeks else None
    pairs: dict[frozenset[str], str] = {}
    for week in range(1, weeks + 1):
        for pair, names in pairs_of(project.forecast(start - week * WEEK)):
            if outcomes and pair not in pairs:
                pairs[pair] = outcomes.of(pair, names)
                print(f"week {week}: {sorted(pair)} {names}: {pairs[pair]}", file=sys.stderr, flush=True)
    counted = Counter(pairs.values())
    return [
        project.folder.parent.name.replace("+", "/"),
        f"{project.commit[:10]}, {datetime.fromtimestamp(start, timezone.utc).date()}",
        str(len(found)),
        str(unseen),
        *(str(sum(seconds >= least for seconds in leads)) for least in LEADS),
        str(len(pairs)),
        ", ".join(f"{number} {what}" for what, number in counted.most_common()),
    ]


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("repositories", metavar="REPOSITORY", nargs="+", type=Path)
    parser.add_argument("--target", default="", help="the main line (default: the branch that HEAD names)")
    parser.add_argument("--weeks", type=int, default=52, help="how many weeks back pairs are announced (default: 52)")
    parser.add_argument("--years", type=float, default=100, help="how many years back forks are counted (default: all)")
    options = parser.parse_args(argv)
    heading = (
        "project",
        "commit",
        "forks",
        "no ref has",
        "announced",
        "1 hour",
        "1 day",
        "1 week",
        "pairs",
        "what became of them",
    )
    print(f"| {' | '.join(heading)} |\n|{'---|' * len(heading)}")
    for folder in options.repositories:
        print(f"| {' | '.join(report(Project(folder, options.target), options.weeks, options.years))} |", flush=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
