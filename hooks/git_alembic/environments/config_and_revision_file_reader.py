"""Lists and reads the files of a tree that configure environments or are in folders that a change touches.

Only the checked tree is listed. Every other tree is that listing with the difference undone, so the cost depends on the
change and not on the history.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Collection, Iterable, Sequence

from git_alembic.config.path_containment import is_within, is_within_any
from git_alembic.config.settings import Settings
from git_alembic.config.settings_parser import refuse_nested_settings
from git_alembic.environments.configuration_files import (
    CONFIGURATION,
    HEADS_FILE,
    SETTINGS,
    configures,
    is_configuration,
    is_heads_file,
    list_matched,
    may_affect_environment,
    relevant_entries,
)
from git_alembic.environments.configured_environments import configured_environments, refuse_broken
from git_alembic.environments.environment import Environment
from git_alembic.environments.pathspecs import drop_strays, likely_roots, root_pathspecs
from git_alembic.environments.revision_files import link_target
from git_alembic.environments.settings_of_commit_or_tree import SettingsReader
from git_alembic.errors import CannotCheck
from git_alembic.git import LINK, Entry, Repository, is_file
from git_alembic.git.trees import SUBMODULE, Files, Tree, undo_diff
from git_alembic.revisions.revision_cache import RevisionCache

_ALEMBIC = ("alembic.ini", SETTINGS)  # the names of files that configure Alembic


class BlobReader:
    """Keeps what it has read."""

    def __init__(self, repository: Repository) -> None:
        self._repository = repository
        self._contents: dict[str, bytes] = {}

    def content(self, blobs: Iterable[str]) -> dict[str, bytes]:
        """Return the contents by blob id."""
        ids = list(dict.fromkeys(blobs))
        self._contents.update(self._repository.read(blob for blob in ids if blob not in self._contents))
        return {blob: self._contents[blob] for blob in ids}


class TreeReader:
    """Lists trees of one repository. `content` returns the contents of blobs by id."""

    def __init__(self, repository: Repository, cache: RevisionCache) -> None:
        self.cache = cache
        self._repository = repository
        self.content = BlobReader(repository).content
        self.settings = SettingsReader(repository, self.content)
        self.notes: list[str] = []  # what the user should know about the reading

    def read_touched(self, source: str, name: str, diffs: Sequence[Sequence[Entry]]) -> tuple[Tree, tuple[str, ...]]:
        """Return (the checked tree, the folders to check in it). Both cover only the differences to its parents."""
        changed = sorted({entry.path for diff in diffs for entry in diff if may_affect_environment(entry.path)})
        likely = root_pathspecs(likely_roots(changed))
        listing = self._repository.start_listing(source, (*likely, *CONFIGURATION))
        self.settings.start_git_settings()
        suspects = [
            (entry.path, blob)
            for diff in diffs
            for entry in diff
            for mode, blob in ((entry.old_mode, entry.old), (entry.new_mode, entry.new))
            if entry.path.endswith(".py") and is_file(mode)
        ]
        like = self.cache.find_revision_like(suspects)
        seeds = {path for path, blob in suspects if blob in like}
        listed = listing()
        matched = list_matched(listed)
        files = self._configuration(source, {path: listed[path] for path in matched})
        if self.settings.of_tree_or_default(files).has_heads_files:
            seeds.update(filter(is_heads_file, changed))
        self._refuse_broken(files, changed)
        self._refuse_nested_settings(files, changed)
        moved = [diff for diff in diffs if any(configures(entry.path) for entry in diff)]
        trees = [files, *(undo_diff(files, relevant_entries(diff)) for diff in moved)]
        self._prefetch(trees[1:])
        roots = self._roots(trees, seeds, changed)
        if roots and root_pathspecs(roots) == likely:
            return self._select(source, name, files, roots, drop_strays(listed, matched, roots)), roots
        return self._deepen(source, name, files, roots), roots

    def _refuse_nested_settings(self, files: Files, changed: Collection[str] | None) -> None:
        """Refuse a `[tool.git-alembic]` beside an environment of a changed path; with None, beside any environment."""
        scripts = [posixpath.dirname(path) for path in files if posixpath.basename(path) == "env.py"]
        for path, (mode, blob) in files.items():
            folder, name = posixpath.split(path)
            if name != SETTINGS or not folder or not is_file(mode):
                continue
            has_environment = any(is_within(script, folder) for script in scripts)
            if has_environment and (changed is None or any(is_within(other, folder) for other in changed)):
                refuse_nested_settings(path, self.content((blob,))[blob].decode("utf-8", "replace"))

    def _refuse_broken(self, files: Files, changed: Collection[str]) -> None:
        """Refuse a configuration that Alembic can't read if a change touches its environment. Otherwise add a note."""
        scripts = [posixpath.dirname(path) for path in files if posixpath.basename(path) == "env.py"]
        for path, (mode, blob) in files.items():
            folder, name = posixpath.split(path)
            if name not in _ALEMBIC or not is_file(mode) or not any(is_within(script, folder) for script in scripts):
                continue
            try:
                refuse_broken(path, self.content((blob,))[blob])
            except CannotCheck as error:
                if path in changed:
                    raise
                self.notes.append(f"{error}, so git-alembic looks for environments without using it")

    def read_whole(self, source: str, name: str) -> tuple[Tree, tuple[str, ...]]:
        """Return (the tree, the folders of every environment in it)."""
        files = self._configuration(source, self._repository.listing(source, CONFIGURATION))
        self._refuse_nested_settings(files, None)
        roots = self._roots([files], set(self._repository.grep(source, "down_revision", "*.py")), None)
        return self._deepen(source, name, files, roots), roots

    def read_everything(self, source: str, tree: Tree) -> Tree:
        """Return the tree with everything that a source contains. A folder's missing files may be anywhere."""
        return self._deepen(source, tree.name, tree.files, ("",))

    def _configuration(self, source: str, listed: Files) -> Files:
        """Return the listed files that configure something, and the files that the settings name."""
        files = {path: entry for path, entry in listed.items() if is_configuration(path)}
        self._prefetch([files])
        places = [
            place
            for environment in self.settings.of_tree_or_default(files).environments
            for place in (environment.config, environment.script_location, *environment.version_locations)
            if place
        ]
        return (
            {**files, **self._repository.listing(source, [f":(literal){place}" for place in places])}
            if places
            else files
        )

    def _prefetch(self, trees: Sequence[Files]) -> None:
        """Read all configuration in one batch."""
        ids = {
            blob
            for files in trees
            for path, (mode, blob) in files.items()
            if is_file(mode) and posixpath.basename(path) in (SETTINGS, "alembic.ini")
        }
        self.content(sorted(ids))

    def file_reader(self, files: Files) -> Callable[[str], bytes]:
        return lambda path: self.content((files[path][1],))[files[path][1]]

    def _roots(
        self, trees: Sequence[Files], seeds: Collection[str], changed: Collection[str] | None
    ) -> tuple[str, ...]:
        """Return the folders that contain every environment of a changed path; with None, every environment.

        Configuration that was broken before doesn't stop a commit that changes neither it nor a revision.
        """
        matters = changed is None or bool(seeds) or any(map(configures, changed))
        roots: set[str] = set()
        for files in trees:
            for environment in self.find_configured(files, is_checked=matters and files is trees[0]):
                places = {environment.script_location, *environment.versions}
                if (
                    changed is None
                    or environment.config in changed
                    or any(is_within_any(path, places) for path in changed)
                ):
                    roots |= places
            homes = {posixpath.dirname(path) for path in files if posixpath.basename(path) == "env.py"}
            roots |= {_home(posixpath.dirname(path), homes) for path in seeds}
        return tuple(
            sorted(root for root in roots if not any(root != other and is_within(root, other) for other in roots))
        )

    def find_configured(self, files: Files, *, is_checked: bool) -> tuple[Environment, ...]:
        try:
            return configured_environments(files, self.file_reader(files), self.settings.of_tree_or_default(files))
        except CannotCheck:
            if is_checked:
                raise
            return configured_environments(files, self.file_reader(files), Settings())

    def _deepen(self, source: str, name: str, files: Files, roots: Sequence[str]) -> Tree:
        """Add all Python files under the roots to the listing."""
        if not roots:
            return Tree(name, files)
        return self._select(source, name, files, roots, self._repository.listing(source, root_pathspecs(roots)))

    def _select(self, source: str, name: str, files: Files, roots: Sequence[str], listed: Files) -> Tree:
        """Add the Python files of a listing of the roots, and what they link to."""
        selected = self._with_link_targets(source, listed)
        for path in [path for path in selected if not path.endswith((".py", ".ini", ".pyc", HEADS_FILE))]:
            if selected[path][0] == SUBMODULE and any(is_within(root, path) for root in roots):
                raise CannotCheck(f"{path} is a submodule, so its revisions are not in this repository")
            del selected[path]
        return Tree(name, {**selected, **files})

    def _with_link_targets(self, source: str, files: Files) -> dict[str, tuple[str, str]]:
        """Add the files that symbolic links to Python files lead to. They may be in any folder."""
        links = [(path, blob) for path, (mode, blob) in files.items() if mode == LINK and path.endswith(".py")]
        contents = self.content(blob for _, blob in links) if links else {}
        targets = {link_target(path, contents[blob]) for path, blob in links} - files.keys()
        specs = [f":(literal){target}" for target in sorted(targets) if not target.startswith(("../", "/"))]
        return {**files, **self._repository.listing(source, specs)} if specs else dict(files)


def open_trees(repository: Repository) -> TreeReader:
    """Return a reader of the repository's trees, with the cache below its common git directory."""
    return TreeReader(repository, RevisionCache(repository.common_dir, repository.read))


def _home(folder: str, homes: Collection[str]) -> str:
    """Return the script location that a version folder belongs to, as far as a tree shows it."""
    parent = folder
    while parent not in homes:
        if not parent:
            return posixpath.dirname(folder) if posixpath.basename(folder) == "versions" else folder
        parent = posixpath.dirname(parent)
    return parent
