"""From trees to snapshots: the environments that a tree holds, their revisions, their counterparts in another tree.

Only what a change touches is listed and read. The index (or a commit) is listed; every other tree is that listing with
the difference between the two taken back, so the cost follows the change and not the history.
"""

from __future__ import annotations

import os
import posixpath
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from git_alembic.cache import Readings
from git_alembic.change import Snapshot
from git_alembic.environments import APPLICATIONS, Environment, configured, discover, is_revision_file
from git_alembic.errors import CannotJudge
from git_alembic.graph import RevisionGraph
from git_alembic.inifile import Paths, ancestors
from git_alembic.repository import Entry, Repository, glob_escaped, is_file
from git_alembic.revision import Revision, Unreadable
from git_alembic.settings import Settings, parse

SETTINGS = "pyproject.toml"
_TELLING = (SETTINGS, "env.py", *APPLICATIONS)  # the names of files that configure something
CONFIGURATION = ("*.ini", *(f"*{name}" for name in _TELLING))  # without :(glob), which takes git twice the time
_LINK = "120000"
_MOST_GRAPHS = 256  # kept at once; neighbours in a history share theirs

Files = Mapping[str, tuple[str, str]]  # path -> (mode, blob id)


class Tree(NamedTuple):
    """A tree by name ("HEAD", "staged"), as far as it matters here."""

    name: str
    files: Files


def concerns(path: str) -> bool:
    """Whether a change of this path can matter to any environment."""
    return path.endswith((".py", ".ini")) or posixpath.basename(path) == SETTINGS


def configures(path: str) -> bool:
    """Whether a file can say where an environment is, and what counts there."""
    return path.endswith(".ini") or posixpath.basename(path) in (SETTINGS, "env.py")


class History:
    """Reads trees of one repository; everything that was read once is kept for the life of the object."""

    def __init__(self, repository: Repository, readings: Readings, *, may_run: bool = False) -> None:
        """Nothing is read before it is asked for.

        `may_run`: whether the project's interpreter may be asked what only running a file gives, where settings allow.
        """
        self._may_run = may_run
        self._repository = repository
        self._readings = readings
        self._contents: dict[str, bytes] = {}
        self._settings: dict[str, Settings] = {}
        self._read: dict[tuple[str, str], Revision | Unreadable] = {}
        self._candidates: dict[tuple[str, tuple[str, str]], Revision | None] = {}
        self._graphs: dict[frozenset[object], tuple[RevisionGraph, tuple[Unreadable, ...]]] = {}

    def save(self) -> None:
        """Keep what was read for the next run."""
        self._readings.save()

    def content(self, blobs: Iterable[str]) -> dict[str, bytes]:
        """Content by blob id."""
        wanted = list(dict.fromkeys(blobs))
        self._contents.update(self._repository.read(blob for blob in wanted if blob not in self._contents))
        return {blob: self._contents[blob] for blob in wanted}

    def telling(self, blobs: Iterable[str]) -> dict[str, bool]:
        """Of the blobs of a whole history, those that are like a revision (True) or name `version_locations`."""
        return self._readings.telling(blobs)

    def _own_settings(self, files: Files) -> Settings:
        """A tree's settings; the defaults where they are broken, which is held against the judged tree alone."""
        try:
            return self.settings(files)
        except CannotJudge:
            return Settings()

    def names(self, tree: Tree, roots: Sequence[str]) -> list[str]:
        """The names of all environments that a tree shows, judged or not."""
        every = configured(tree.files, self._reader(tree.files), self._own_settings(tree.files))
        return sorted({each.name for each in every} | {one.environment.name for one in self.snapshots(tree, roots)})

    def declared(self, files: Sequence[tuple[str, str]]) -> list[Revision | Unreadable]:
        """What each (path, blob id) declares; the values are made once and shared by all trees."""
        unknown = [file for file in files if file not in self._read]
        self._read.update(zip(unknown, self._readings.of(unknown), strict=True))
        return [self._read[file] for file in files]

    def settings_at(self, commit: str) -> Settings:
        """The `[tool.git-alembic]` table of a commit."""
        return self.settings(self._repository.listing(commit, (SETTINGS,)))

    def settings(self, files: Files) -> Settings:
        """The `[tool.git-alembic]` table of a tree; the defaults where there is none."""
        mode, blob = files.get(SETTINGS, ("", ""))
        if not is_file(mode):
            return Settings()
        if blob not in self._settings:
            self._settings[blob] = parse(self.content((blob,))[blob].decode("utf-8", "replace"))
        return self._settings[blob]

    def touched(self, source: str, name: str, diffs: Sequence[Sequence[Entry]]) -> tuple[Tree, tuple[str, ...]]:
        """(the judged tree, the folders to judge in it), as far as the differences to its parents reach."""
        changed = sorted({entry.path for diff in diffs for entry in diff if concerns(entry.path)})
        listing = self._repository.begin_listing(source, CONFIGURATION)
        suspects = [
            (entry.path, blob)
            for diff in diffs
            for entry in diff
            for mode, blob in ((entry.old_mode, entry.old), (entry.new_mode, entry.new))
            if entry.path.endswith(".py") and is_file(mode)
        ]
        like = self._readings.revision_like(suspects)
        seeds = {path for path, blob in suspects if blob in like}
        files = self._configuration(source, listing())
        moved = [diff for diff in diffs if any(configures(entry.path) for entry in diff)]
        trees = [files, *(before(files, diff) for diff in moved)]
        self._prefetch(trees[1:])
        roots = self._roots(trees, seeds, changed)
        return self._deepen(source, name, files, roots), roots

    def whole(self, source: str, name: str) -> tuple[Tree, tuple[str, ...]]:
        """(the tree, the folders to judge in it): every environment that it holds."""
        files = self._configuration(source, self._repository.listing(source, CONFIGURATION))
        roots = self._roots([files], set(self._repository.grep(source, "down_revision", "*.py")), None)
        return self._deepen(source, name, files, roots), roots

    def everything(self, source: str, tree: Tree) -> Tree:
        """The tree with all that a source holds: what a folder lacks may lie anywhere."""
        return self._deepen(source, tree.name, tree.files, ("",))

    def _configuration(self, source: str, listed: Files) -> Files:
        """The files that configure something, of those listed and of those that the settings name."""
        files = {
            path: entry
            for path, entry in listed.items()
            if path.endswith(".ini") or posixpath.basename(path) in _TELLING
        }
        self._prefetch([files])
        named = [
            place
            for one in self._own_settings(files).environments
            for place in (one.config, one.script_location, *one.version_locations)
            if place
        ]
        return (
            {**files, **self._repository.listing(source, [f":(literal){place}" for place in named])} if named else files
        )

    def snapshots(self, tree: Tree, roots: Sequence[str], settings: Settings | None = None) -> list[Snapshot]:
        """A snapshot of each environment of the tree that has to do with one of the folders; by its own settings."""
        files = tree.files
        revisions = self._revisions(files)
        linked = self._linked(files)
        around = _by_folder(files)
        folders = dict[str, list[Revision]]()
        for folder, paths in around.items():
            if found := [revisions[path] for path in paths if path in revisions and path not in linked]:
                folders[folder] = found
        layout = Paths.of(files, around)
        every = discover(layout, self._reader(files), folders, settings or self._own_settings(files))
        mine = [environment for environment in every if any(_within(folder, roots) for folder in environment.versions)]
        held = [_held(environment, around) for environment in mine]
        everywhere = set[str]().union(*held)
        strays = {revision.id: path for path, revision in revisions.items() if path not in everywhere}
        return [
            self._snapshot(tree, environment, paths, revisions, strays)
            for environment, paths in zip(mine, held, strict=True)
        ]

    def compared(self, tree: Tree, roots: Sequence[str]) -> list[Snapshot]:
        """As `snapshots`, for a tree that is not judged: where its settings name what it lacks, they do not count."""
        try:
            return self.snapshots(tree, roots)
        except CannotJudge:
            return self.snapshots(tree, roots, Settings())

    def rewound(
        self, after: Sequence[Snapshot], tree: Tree, diff: Sequence[Entry], roots: Sequence[str]
    ) -> list[Snapshot]:
        """The snapshots of a tree from those of another and the difference between the two.

        Where only revisions in the midst of others differ, the environments are the same and nothing is looked for.
        """
        changed = {entry.path: entry for entry in diff if concerns(entry.path)}
        homes = {side.environment.versions[0]: side for side in after if _is_plain(side, changed)}
        folders = {posixpath.dirname(path) for path in changed}
        regular = all(
            is_file(mode) for one in changed.values() for mode in (one.old_mode, one.new_mode) if mode.strip("0")
        )
        if not regular or not folders <= homes.keys():
            return self.compared(tree, roots)
        old = [(entry.path, entry.old) for entry in changed.values() if entry.status != "A"]
        left: dict[str, list[Revision | Unreadable]] = {folder: [] for folder in folders}
        for reading in self.declared(old):
            left[posixpath.dirname(reading.path)].append(reading)
        return [_rewound(side, tree.name, changed, left) for side in after]

    def _revisions(self, files: Files) -> dict[str, Revision]:
        """What is a revision by its content, wherever it lies, by path."""
        known = self._candidates
        python = [file for file in files.items() if file[0].endswith(".py")]
        if unknown := [file for file in python if file not in known] if known else python:
            regular = [file for file in unknown if is_file(file[1][0])]
            read = self._readings.revisions([(path, entry[1]) for path, entry in regular])
            known.update(zip(regular, read, strict=True))
        return {file[0]: revision for file in python if (revision := known.get(file))}

    def _snapshot(
        self,
        tree: Tree,
        environment: Environment,
        paths: Sequence[str],
        known: Mapping[str, Revision],
        strays: Mapping[str, str],
    ) -> Snapshot:
        revisions = [known[path] for path in paths if path in known]
        shared, odd = list[Revision | Unreadable](), list[Revision | Unreadable]()
        if len(revisions) < len(paths):
            left = [(path, tree.files[path]) for path in paths if path not in known]
            shared = self.declared([(path, blob) for path, (mode, blob) in left if is_file(mode)])
            odd = [self._followed(tree.files, path, *entry) for path, entry in left if not is_file(entry[0])]
        # All but the odd ones live as long as this object does.
        key = frozenset[object]((*map(id, revisions), *map(id, shared), *odd))
        if key not in self._graphs:
            if len(self._graphs) >= _MOST_GRAPHS:
                self._graphs.clear()
            others = self._asked(tree.files, [*shared, *odd])
            revisions += [reading for reading in others if isinstance(reading, Revision)]
            unread = tuple(sorted(reading for reading in others if isinstance(reading, Unreadable)))
            self._graphs[key] = RevisionGraph(revisions), unread
        graph, unreadable = self._graphs[key]
        return Snapshot(tree.name, environment, graph, unreadable, strays)

    def _asked(self, files: Files, readings: list[Revision | Unreadable]) -> list[Revision | Unreadable]:
        """The readings, those that only running the file gives asked of the project where it allows that."""
        unread = [reading for reading in readings if isinstance(reading, Unreadable)]
        settings = self._own_settings(files)
        if not (unread and self._may_run and settings.unreadable == "ask-project"):
            return readings
        from git_alembic.scratch.ask import ask
        from git_alembic.scratch.interpreter import interpreter

        if self._repository.top is None:
            raise CannotJudge(
                f"{unread[0].path} has to be run to be read, and there is no working tree here to run it in"
            )
        python = interpreter(settings.python, self._repository.top, os.environ).path
        known = [reading for reading in readings if isinstance(reading, Revision)]
        return [*known, *ask(python, self._repository.top, unread, self.content(file.blob for file in unread))]

    def _linked(self, files: Files) -> set[str]:
        """The files that links stand for: they count where the link is."""
        links = [(path, blob) for path, (mode, blob) in files.items() if mode == _LINK and path.endswith(".py")]
        targets = self.content(blob for _, blob in links) if links else {}
        return {_target(path, targets[blob]) for path, blob in links}

    def _followed(self, files: Files, path: str, mode: str, blob: str) -> Revision | Unreadable:
        """What a symbolic link to a file of the same tree declares; no other kind of entry can be read."""
        if mode != _LINK:
            return Unreadable(path, blob, "a submodule stands where Alembic looks for a revision file")
        target = _target(path, self.content((blob,))[blob])
        target_mode, target_blob = files.get(target, ("", ""))
        if not is_file(target_mode):
            return Unreadable(
                path, blob, f"a symbolic link to {target}, which is not a file of the commit's version folders"
            )
        return self.declared([(path, target_blob)])[0]

    def _prefetch(self, trees: Sequence[Files]) -> None:
        """Read all configuration in one batch."""
        wanted = {
            blob
            for files in trees
            for path, (mode, blob) in files.items()
            if is_file(mode) and posixpath.basename(path) in (SETTINGS, "alembic.ini")
        }
        self.content(sorted(wanted))

    def _reader(self, files: Files) -> Callable[[str], bytes]:
        return lambda path: self.content((files[path][1],))[files[path][1]]

    def _roots(
        self, trees: Sequence[Files], seeds: Collection[str], changed: Collection[str] | None
    ) -> tuple[str, ...]:
        """The folders that hold all of each environment in question: those of a changed path, or (None) all."""
        roots: set[str] = set()
        for files in trees:
            for environment in self._configured(files, judged=files is trees[0]):
                places = {environment.script_location, *environment.versions}
                if changed is None or environment.config in changed or any(_within(path, places) for path in changed):
                    roots |= places
            homes = {posixpath.dirname(path) for path in files if posixpath.basename(path) == "env.py"}
            roots |= {_home(posixpath.dirname(path), homes) for path in seeds}
        return tuple(
            sorted(root for root in roots if not any(root != other and _within(root, (other,)) for other in roots))
        )

    def _configured(self, files: Files, *, judged: bool) -> tuple[Environment, ...]:
        try:
            return configured(files, self._reader(files), self._own_settings(files))
        except CannotJudge:
            if judged:
                raise
            return configured(files, self._reader(files), Settings())

    def _deepen(self, source: str, name: str, files: Files, roots: Sequence[str]) -> Tree:
        """The listing with all Python files under the roots."""
        if not roots:
            return Tree(name, files)
        specs = [f":(literal){root}/" if root else "." for root in roots]
        # Code above an environment may complete its configuration.
        above = {folder for root in roots for folder in ancestors(root) if folder != root}
        specs += [f":(glob){glob_escaped(folder)}/*.py" if folder else ":(glob)*.py" for folder in sorted(above)]
        found = self._repository.listing(source, specs)
        for path in [path for path in found if not path.endswith((".py", ".ini"))]:
            del found[path]
        return Tree(name, {**found, **files})


def _is_plain(side: Snapshot, changed: Collection[str]) -> bool:
    """Whether changes of these paths leave the environment what it is: one folder of revisions, others among them."""
    environment = side.environment
    plain = len(environment.versions) == 1 and not environment.recursive and not side.unreadable
    mine = [path for path in changed if posixpath.dirname(path) == environment.versions[0]] if plain else []
    return bool(mine) and all(map(environment.holds, mine)) and len(side.graph.revisions) > len(mine)


def _rewound(
    side: Snapshot, name: str, changed: Collection[str], left: Mapping[str, Sequence[Revision | Unreadable]]
) -> Snapshot:
    readings = left.get(side.environment.versions[0], ())
    if side.environment.versions[0] not in left:
        return side._replace(name=name)
    kept = [revision for revision in side.graph.revisions if revision.path not in changed]
    graph = RevisionGraph([*kept, *(one for one in readings if isinstance(one, Revision))])
    unreadable = tuple(sorted(one for one in readings if isinstance(one, Unreadable)))
    return Snapshot(name, side.environment, graph, unreadable)


def before(files: Files, diff: Sequence[Entry]) -> Files:
    """The files as they were before a difference; with nothing that cannot matter."""
    out = dict(files)
    for entry in diff:
        if concerns(entry.path):
            out[entry.path] = (entry.old_mode, entry.old)
            if entry.status == "A":
                del out[entry.path]
    return out


def merged(base: Files, ours: Files, theirs: Files) -> tuple[Files, tuple[str, ...]]:
    """(what a three-way merge by path gives, the paths that both sides changed differently: taken from ours)."""
    out: dict[str, tuple[str, str]] = {}
    conflicts = []
    for path in {**base, **ours, **theirs}:
        was, mine, other = base.get(path), ours.get(path), theirs.get(path)
        if mine != was and other not in (was, mine):
            conflicts.append(path)
        kept = other if mine == was else mine
        if kept is not None:
            out[path] = kept
    return out, tuple(sorted(conflicts))


def pair(snapshots: Sequence[Snapshot], others: Sequence[Snapshot], name: str) -> list[Snapshot]:
    """For each snapshot its counterpart in another tree: same folders, else same name, else the most common ids.

    Where there is none: an empty one, so that an environment that is new (or gone) is compared with nothing.
    """
    left = list(others)
    found = []
    for snapshot in snapshots:
        best = max(left, key=lambda other: _likeness(snapshot, other), default=None)
        if best is not None and any(_likeness(snapshot, best)):
            left.remove(best)
            found.append(best)
        else:
            found.append(Snapshot(name, snapshot.environment, RevisionGraph(())))
    return found


def unpaired(snapshots: Sequence[Snapshot], others: Sequence[Snapshot]) -> list[Snapshot]:
    """The snapshots of `others` that no snapshot is the counterpart of: environments that are gone."""
    taken = pair(snapshots, others, "")
    return [other for other in others if len(other.graph) and all(other is not one for one in taken)]


def _likeness(one: Snapshot, other: Snapshot) -> tuple[int, int, int]:
    same_folders = len(set(one.environment.versions) & set(other.environment.versions))
    if same_folders:
        return same_folders, int(one.environment.name == other.environment.name), 0
    shared = len(one.graph.by_id.keys() & other.graph.by_id.keys())
    same_name = int(
        one.environment.name == other.environment.name and (shared or not len(one.graph) or not len(other.graph))
    )
    return same_folders, same_name, shared


def _by_folder(files: Iterable[str]) -> dict[str, list[str]]:
    """The paths of the files that may be revisions, by folder; each folder that holds a file is there."""
    folders: dict[str, list[str]] = {}
    for path in files:
        folder, _, name = path.rpartition("/")
        if folder not in folders:
            folders[folder] = []
        if is_revision_file(name):
            folders[folder].append(path)
    return folders


def _held(environment: Environment, around: Mapping[str, Sequence[str]]) -> list[str]:
    """The paths that an environment holds, of all by folder."""
    near = around if environment.recursive else environment.versions
    return [path for folder in near if environment.loads(folder) for path in around.get(folder, ())]


def _target(path: str, content: bytes) -> str:
    """The path that a symbolic link means, relative to the top as all paths are."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(path), content.decode("utf-8", "surrogateescape")))


def _within(path: str, folders: Iterable[str]) -> bool:
    return any(not folder or path == folder or path.startswith(folder + "/") for folder in folders)


def _home(folder: str, homes: Collection[str]) -> str:
    """The script location that a version folder belongs to, as far as a tree shows it."""
    at = folder
    while at not in homes:
        if not at:
            return posixpath.dirname(folder) if posixpath.basename(folder) == "versions" else folder
        at = posixpath.dirname(at)
    return at
