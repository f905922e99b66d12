"""Turns trees into snapshots: the environments in a tree, and their revisions."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

from git_alembic.config.path_containment import Paths, ancestors, is_within_any
from git_alembic.config.settings import Settings
from git_alembic.environments.config_and_revision_file_reader import TreeReader, open_trees
from git_alembic.environments.configured_environments import configured_environments
from git_alembic.environments.discovery import discover_environments
from git_alembic.environments.environment import Environment
from git_alembic.environments.revision_files import (
    group_by_folder,
    link_target,
    list_compiled_files,
    list_environment_files,
)
from git_alembic.errors import CannotCheck
from git_alembic.git import INDEX, LINK, Repository, is_file
from git_alembic.git.trees import Files, Tree
from git_alembic.history.graph import RevisionGraph
from git_alembic.history.snapshot_and_change import Snapshot
from git_alembic.revisions.revision import Problem, Revision, Unreadable, is_refused_here

# Runs files for their identifiers: (settings, files, content by blob id) -> one value per file.
RunFiles = Callable[[Settings, Sequence[Unreadable], Mapping[str, bytes]], "list[Revision | Unreadable]"]
# Compiles contents by blob id in the project's Python: (settings, contents) -> a problem or None per id, or {}.
CompileFiles = Callable[[Settings, Mapping[str, bytes]], "Mapping[str, Problem | None]"]

_MOST_GRAPHS = 256  # graphs in memory; neighboring commits of a history share theirs


def open_reader(
    repository: Repository, run_files: RunFiles | None = None, compile_files: CompileFiles | None = None
) -> SnapshotReader:
    """Return a reader of the repository's trees, with the cache below its common git directory."""
    return SnapshotReader(open_trees(repository), run_files, compile_files)


def refuse_environments_elsewhere(reader: SnapshotReader, source: str) -> None:
    """Raise CannotCheck if a tree has no environment, but a configuration names one outside the tree."""
    from git_alembic.environments.no_environment_message import refuse_locations_elsewhere

    if tree := _tree_without_environments(reader, source):
        refuse_locations_elsewhere(tree.files, reader.trees.file_reader(tree.files))


def refuse_unknown_environments(names: Iterable[str], known: Sequence[str]) -> None:
    """Raise CannotCheck for a name that no environment has."""
    for name in names:
        if name not in known:
            raise CannotCheck(f"no environment named {name!r}; found: {', '.join(known)}")


def refuse_missing_environment(reader: SnapshotReader, source: str) -> None:
    """Raise CannotCheck if a tree has no environment."""
    from git_alembic.environments.no_environment_message import describe_missing_environment

    if tree := _tree_without_environments(reader, source):
        raise CannotCheck(describe_missing_environment(tree.files, reader.trees.file_reader(tree.files)))


def _tree_without_environments(reader: SnapshotReader, source: str) -> Tree | None:
    """Return the tree if no configuration and no folder in it is an environment."""
    tree, roots = reader.trees.read_whole(source, source)
    return None if reader.names(tree, roots) else tree


def read_staged_environments(reader: SnapshotReader, names: Iterable[str]) -> tuple[Tree, list[Snapshot]]:
    """Return (the whole index, all its environments). CannotCheck for a name that none of them has."""
    tree, roots = reader.trees.read_whole(INDEX, "staged")
    snapshots = reader.snapshots(tree, roots)
    reader.save()
    refuse_unknown_environments(names, [snapshot.environment.name for snapshot in snapshots])
    return tree, snapshots


class SnapshotReader:
    """Reads the environments of trees as snapshots. It reads each file once; similar snapshots share graphs."""

    def __init__(
        self,
        trees: TreeReader,
        run_files: RunFiles | None = None,
        compile_files: CompileFiles | None = None,
    ) -> None:
        """Store the callbacks. `run_files` runs files with computed identifiers if the settings allow it.

        `compile_files` compiles files that our own Python rejects, without running them.
        """
        self.trees = trees
        self._cache = trees.cache
        self._run_files = run_files
        self._compile_files = compile_files
        self._read: dict[tuple[str, str], Revision | Unreadable] = {}
        self._candidates: dict[tuple[str, str], Revision | None] = {}
        self._graphs: dict[frozenset[object], tuple[RevisionGraph, tuple[Unreadable, ...]]] = {}

    def save(self) -> None:
        """Write the cache."""
        self._cache.save()

    def find_relevant_blobs(self, blobs: Iterable[str]) -> dict[str, bool]:
        """Return the blobs that look like a revision (True) or name `version_locations` (False)."""
        return self._cache.find_relevant_blobs(blobs)

    def names(self, tree: Tree, roots: Sequence[str]) -> list[str]:
        """Return the names of all environments of a tree, including those that are not checked."""
        every = configured_environments(
            tree.files, self.trees.file_reader(tree.files), self.trees.settings.of_tree_or_default(tree.files)
        )
        return sorted(
            {each.name for each in every} | {snapshot.environment.name for snapshot in self.snapshots(tree, roots)}
        )

    def read_files(self, files: Sequence[tuple[str, str]]) -> list[Revision | Unreadable]:
        """Return the content of each (path, blob id). The values are made once, and all trees share them."""
        unknown = [file for file in files if file not in self._read]
        self._read.update(zip(unknown, self._cache.read(unknown), strict=True))
        return [self._read[file] for file in files]

    def snapshots(self, tree: Tree, roots: Sequence[str], settings: Settings | None = None) -> list[Snapshot]:
        """Return a snapshot of each environment with files in one of the folders, by the environment's own settings."""
        files = tree.files
        revisions = self._revisions(files)
        linked = self._list_link_targets(files)
        by_folder = group_by_folder(files)
        folders = dict[str, list[Revision]]()
        for folder, paths in by_folder.items():
            if readings := [revisions[path] for path in paths if path in revisions and path not in linked]:
                folders[folder] = readings
        layout = Paths.of(files, by_folder)
        chosen = settings or self.trees.settings.of_tree_or_default(files)
        every = discover_environments(layout, self.trees.file_reader(files), folders, chosen)
        if chosen.has_heads_files:
            from git_alembic.environments.heads_file_paths import with_heads_files

            every = with_heads_files(every, chosen)
        environments = [
            environment for environment in every if any(is_within_any(folder, roots) for folder in environment.versions)
        ]
        paths_of_each = [
            list_environment_files(environment, by_folder) + list_compiled_files(environment, files)
            for environment in environments
        ]
        loaded_paths = set[str]().union(*paths_of_each)
        not_loaded = {revision.id: path for path, revision in revisions.items() if path not in loaded_paths}
        return [
            self._snapshot(tree, environment, paths, revisions, not_loaded)
            for environment, paths in zip(environments, paths_of_each, strict=True)
        ]

    def is_narrow(self, tree: Tree, snapshot: Snapshot) -> bool:
        """True if other folders of the tree may belong to the environment, so that the whole tree must be read.

        They may if code extends the `version_locations` of an environment, or if parents are missing from one that was
        found by content.
        """
        environment = snapshot.environment
        if environment.config is not None:
            return self._is_completed_in_code(tree, environment)
        if environment.external_parents:
            return False
        if (
            snapshot.graph.missing
            or snapshot.graph.missing_dependencies
            or self._is_completed_in_code(tree, environment)
        ):
            return True
        settings = self.trees.settings.of_tree_or_default(tree.files)
        others = configured_environments(tree.files, self.trees.file_reader(tree.files), settings)
        return any(self._is_completed_in_code(tree, other) for other in others)

    def _is_completed_in_code(self, tree: Tree, environment: Environment) -> bool:
        above = set(ancestors(environment.script_location))
        below = tuple(f"{folder}/" for folder in environment.versions if folder not in above)
        scripts = [
            blob
            for path, (mode, blob) in tree.files.items()
            if not path.startswith(below)  # most files
            and path.rpartition("/")[0] in above
            and path.endswith(".py")
            and is_file(mode)
        ]
        return any(b"version_locations" in data for data in self.trees.content(scripts).values())

    def link_folders(self, tree: Tree, targets: Collection[str]) -> set[str]:
        """Return the folders with symbolic links to files of these paths."""
        links = _list_links(tree.files)
        contents = self.trees.content(blob for _, blob in links) if links else {}
        return {posixpath.dirname(path) for path, blob in links if link_target(path, contents[blob]) in targets}

    def read_compared(self, tree: Tree, roots: Sequence[str]) -> list[Snapshot]:
        """Like `snapshots`, for a tree that is only compared: ignore settings that name something that it lacks."""
        try:
            return self.snapshots(tree, roots)
        except CannotCheck:
            return self.snapshots(tree, roots, Settings())

    def _revisions(self, files: Files) -> dict[str, Revision]:
        """Return all files whose content is a revision, wherever they are, by path."""
        candidates = self._candidates
        regular = [(path, blob) for path, (mode, blob) in files.items() if path.endswith(".py") and is_file(mode)]
        unknown = [file for file in regular if file not in candidates] if candidates else regular
        candidates.update(zip(unknown, self._cache.read_revisions(unknown), strict=True))
        return {file[0]: revision for file in regular if (revision := candidates[file])}

    def _snapshot(
        self,
        tree: Tree,
        environment: Environment,
        paths: Sequence[str],
        by_path: Mapping[str, Revision],
        not_loaded: Mapping[str, str],
    ) -> Snapshot:
        revisions = [by_path[path] for path in paths if path in by_path]
        readings, unusual = list[Revision | Unreadable](), list[Revision | Unreadable]()
        if len(revisions) < len(paths):
            other_files = [(path, tree.files[path]) for path in paths if path not in by_path]
            regular_paths = [path for path, (mode, _) in other_files if is_file(mode) and path.endswith(".py")]
            readings = self.read_files([(path, entry[1]) for path, entry in other_files if path in regular_paths])
            unusual = [
                self._follow_link(tree.files, path, *entry) for path, entry in other_files if path not in regular_paths
            ]
        # These object ids stay valid, because the reader keeps the objects. It doesn't keep those in `unusual`.
        key = frozenset[object]((*map(id, revisions), *map(id, readings), *unusual))
        if key not in self._graphs:
            if len(self._graphs) >= _MOST_GRAPHS:
                self._graphs.clear()
            others = self._find_named(tree.files, [*readings, *unusual])
            revisions += [reading for reading in others if isinstance(reading, Revision)]
            unread = tuple(sorted(reading for reading in others if isinstance(reading, Unreadable)))
            self._graphs[key] = RevisionGraph(revisions), unread
        graph, unreadable = self._graphs[key]
        mode, blob = tree.files.get(environment.heads_file_path, ("", ""))
        return Snapshot(tree.name, environment, graph, unreadable, not_loaded, blob if is_file(mode) else "")

    def _find_named(self, files: Files, readings: list[Revision | Unreadable]) -> list[Revision | Unreadable]:
        """Replace unreadable files with what the project's interpreter reports, if the settings allow it."""
        unread = [reading for reading in readings if isinstance(reading, Unreadable)]
        settings = self.trees.settings.of_tree_or_default(files)
        if not (unread and self._run_files and settings.unreadable == "ask-project"):
            return readings
        revisions = [reading for reading in readings if isinstance(reading, Revision)]
        return [*revisions, *self._run_files(settings, unread, self.trees.content(file.blob for file in unread))]

    def compile_refused(self, settings: Settings, revisions: Iterable[Revision]) -> Mapping[str, Problem | None]:
        """Map the blobs that our own Python rejects to the project's verdict; {} if the project's Python can't tell."""
        blobs = sorted({revision.blob for revision in revisions if is_refused_here(revision)})
        return self._compile_files(settings, self.trees.content(blobs)) if blobs and self._compile_files else {}

    def _list_link_targets(self, files: Files) -> set[str]:
        """Return the files behind links. Such a file counts at the path of its link."""
        links = _list_links(files)
        targets = self.trees.content(blob for _, blob in links) if links else {}
        return {link_target(path, targets[blob]) for path, blob in links}

    def _follow_link(self, files: Files, path: str, mode: str, blob: str) -> Revision | Unreadable:
        """Return the revision behind a symbolic link within the tree. Any other entry is unreadable."""
        if path.endswith(".pyc"):
            return Unreadable(path, blob, "a compiled revision can't be read: add its source file")
        if mode != LINK:
            return Unreadable(path, blob, "found a submodule where a revision file should be")
        target = link_target(path, self.trees.content((blob,))[blob])
        target_mode, target_blob = files.get(target, ("", ""))
        if not is_file(target_mode):
            return Unreadable(
                path, blob, f"a symbolic link to {target}, which is not in a version folder of this commit"
            )
        return self.read_files([(path, target_blob)])[0]


def _list_links(files: Files) -> list[tuple[str, str]]:
    """Return (path, blob id) of each symbolic link with the name of a Python file."""
    return [(path, blob) for path, (mode, blob) in files.items() if mode == LINK and path.endswith(".py")]
