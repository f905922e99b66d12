"""Questions about trees and the index, and the content of their files. A tree as a value, before and after a diff."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from git_alembic.errors import CannotCheck
from git_alembic.git.runner import GitRunner
from git_alembic.git.text_encoding import decode

INDEX = ":index:"  # no ref can have this name
NOTHING = ":nothing:"
# The modes of entries: a regular file, one that can be executed, a symbolic link, a submodule.
FILE, EXECUTABLE, LINK, SUBMODULE = "100644", "100755", "120000", "160000"
Files = Mapping[str, tuple[str, str]]  # path -> (mode, blob id)
_CHECKED_SUFFIXES = (".py", ".ini", ".toml")  # conflicts in other files don't matter
_FEW = 50  # objects; fewer are read one by one
_BATCH = 2000  # objects per `cat-file` run; limits the memory
_UNMERGED = (b" 1\t", b" 2\t", b" 3\t")


class Entry(NamedTuple):
    """One path that differs between two trees. If a side lacks it, its mode is "000000" and its id all zeros."""

    path: str
    old_mode: str
    new_mode: str
    old: str
    new: str

    @property
    def status(self) -> str:
        """`A`, `D` or `M`."""
        if self.old_mode == "000000":
            return "A"
        return "D" if self.new_mode == "000000" else "M"


def is_file(mode: str) -> bool:
    """True for the mode of a regular file, not of a symbolic link or a submodule."""
    return mode.startswith("100")


def is_link(mode: str) -> bool:
    """True for the mode of a symbolic link."""
    return mode == LINK


class Tree(NamedTuple):
    """A tree with a name ("HEAD", "staged"), and its relevant files."""

    name: str
    files: Files


def undo_diff(files: Files, diff: Iterable[Entry]) -> Files:
    """Return the files as they were before a difference."""
    out = dict(files)
    for entry in diff:
        if entry.status == "A":
            out.pop(entry.path, None)
        else:
            out[entry.path] = (entry.old_mode, entry.old)
    return out


def apply_diff(files: Files, diff: Iterable[Entry]) -> Files:
    """Return the files after a difference."""
    out = dict(files)
    for entry in diff:
        if entry.status == "D":
            out.pop(entry.path, None)
        else:
            out[entry.path] = (entry.new_mode, entry.new)
    return out


class TreeQueries(GitRunner):
    """The questions about trees and the index, as methods."""

    def diff(self, old: str, new: str, pathspecs: Sequence[str] = ()) -> list[Entry]:
        """List the differences between two trees, or between a tree and INDEX (as `new`). NOTHING is the empty tree.

        Raises CannotCheck if the index has unmerged paths that matter.
        """
        return list(_raw_entries(_fields(self.run(*self._raw_diff(old, new, pathspecs)))))

    def _raw_diff(self, old: str, new: str, pathspecs: Sequence[str]) -> Sequence[str]:
        """Return the git command that shows a difference."""
        options = ["--cached", "--ita-invisible-in-index"] if new == INDEX else ["-r"]
        trees = [self.empty_tree if tree == NOTHING else tree for tree in (old, new) if tree != INDEX]
        verb = "diff-index" if new == INDEX else "diff-tree"
        return (verb, *options, "--raw", "-z", "--no-renames", "--no-abbrev", *trees, "--", *pathspecs)

    def diffs(
        self, pairs: Iterable[tuple[str, str | None]], pathspecs: Sequence[str]
    ) -> Iterator[tuple[str, list[Entry]]]:
        """Yield (commit, its difference to the given parent) for commits with a difference. None: the empty tree."""
        arguments = (
            "diff-tree",
            "--stdin",
            "-r",
            "--root",
            "--raw",
            "-z",
            "--no-renames",
            "--no-abbrev",
            "--",
            *pathspecs,
        )
        lines = (commit if parent is None else f"{commit} {parent}" for commit, parent in pairs)
        commit, fields = "", list[str]()
        for field in self.stream(arguments, lines):
            if not field.startswith(b":") and not len(fields) % 2:
                if fields:
                    yield commit, list(_raw_entries(fields))
                commit, fields = field.decode("ascii").strip(), []
            else:
                fields.append(decode(field))
        if fields:
            yield commit, list(_raw_entries(fields))

    def listing(self, source: str, pathspecs: Sequence[str]) -> dict[str, tuple[str, str]]:
        """Map each path of a tree or INDEX under the pathspecs to (mode, blob id)."""
        return self.start_listing(source, pathspecs)()

    def start_listing(self, source: str, pathspecs: Sequence[str]) -> Callable[[], dict[str, tuple[str, str]]]:
        """Start git now. The returned function waits for the result of `listing`.

        A tree is listed by its difference to the empty tree, because `ls-tree` supports no globs. The same applies to
        an index with unmerged or intent-to-add paths.
        """
        compare = self._raw_diff(NOTHING, source, pathspecs)
        finish_git = self._start(*(("ls-files", "--stage", "-z", "--", *pathspecs) if source == INDEX else compare))

        def finish() -> dict[str, tuple[str, str]]:
            out = finish_git()
            if source != INDEX:
                return self._parse_difference(out)
            if any(mark in out for mark in (*_UNMERGED, self._empty_blob)):
                return self._parse_difference(self.run(*compare))
            # "<mode> <id> 0\t<path>"
            end = 7 + len(self.empty_tree)
            return {line[end + 3 :]: (line[:6], line[7:end]) for line in decode(out).split("\0") if line}

        return finish

    def _parse_difference(self, out: bytes) -> dict[str, tuple[str, str]]:
        """Parse a listing from the difference to the empty tree."""
        fields = _fields(out)
        # ":<mode> <mode> <id> <id> <status>": there can be ten thousand lines, so this parses only the needed parts.
        start = -2 - len(self.empty_tree)
        return {path: (meta[8:14], meta[start:-2]) for meta, path in zip(fields[::2], fields[1::2], strict=False)}

    def file_at(self, commit: str, path: str) -> tuple[str, bytes] | None:
        """Return (blob id, content) of a file in a commit or INDEX, or None."""
        if self.is_partial_clone:
            entry = self.listing(commit, (f":(literal){path}",)).get(path)
            return next(self.read([entry[1]])) if entry else None
        return self._objects.read_object(f"{'' if commit == INDEX else commit}:{path}")

    def working_tree_paths(self) -> list[str]:
        """List the paths that git tracks and the files that it neither tracks nor ignores. Tracked ones can be gone."""
        out = self.run("ls-files", "-z", "--cached", "--others", "--exclude-standard")
        return list(dict.fromkeys(decode(out).split("\0")[:-1]))

    def unmerged_stages(self, paths: Sequence[str]) -> list[str]:
        """List the stages of the given paths that have merge conflicts, as `update-index` reads them."""
        specs = [f":(literal){path}" for path in paths]
        return decode(self.run("ls-files", "--unmerged", "-z", "--", *specs)).split("\0")[:-1] if specs else []

    def merge_driver(self, path: str) -> str:
        """Return git's attribute `merge` of a path in the index, or "" if git merges it line by line."""
        _, _, value, *_ = decode(self.run("check-attr", "--cached", "-z", "merge", "--", path)).split("\0")
        return "" if value in ("unspecified", "set", "unset", "text", "binary") else value

    def _fetch_missing(self, blobs: Iterable[str]) -> None:
        from git_alembic.git.remotes.partial_clone import fetch_missing_blobs

        fetch_missing_blobs(self, blobs)

    def grep(self, source: str, text: str, pathspec: str) -> list[str]:
        """List the paths of a tree or INDEX whose content has `text`."""
        where = ("--cached",) if source == INDEX else (source,)
        command = ("grep", "-l", "-z", "-F", "--full-name", "-e", text, *where, "--", pathspec)
        if self.is_partial_clone:
            self._fetch_missing(id_ for mode, id_ in self.listing(source, [pathspec]).values() if is_file(mode))
        out = decode(self._ask(*command))
        return [path if source == INDEX else path.partition(":")[2] for path in out.split("\0")[:-1]]

    def existing(self, ids: Iterable[str]) -> set[str]:
        """Return the blob ids whose objects exist in the repository. The contents are not read."""
        blobs = list(dict.fromkeys(ids))
        if not blobs:
            return set()
        out = self.run_with_lines(("cat-file", "--batch-check=%(objectname) %(objecttype)"), blobs)
        return {id_ for id_, _, kind in (line.partition(" ") for line in decode(out).splitlines()) if kind == "blob"}

    def read(self, ids: Iterable[str]) -> Iterator[tuple[str, bytes]]:
        """Yield (id, content) of each blob in bounded batches. Raise CannotCheck if a blob is missing."""
        blobs = list(ids)
        if self.is_partial_clone:
            self._fetch_missing(blobs)
        if len(blobs) <= _FEW:
            for blob in blobs:
                answer = self._objects.read_object(blob)
                if answer is None:
                    raise CannotCheck(f"object {blob} is missing from the repository")
                yield blob, answer[1]
            return
        for start in range(0, len(blobs), _BATCH):
            batch = blobs[start : start + _BATCH]
            out = self.run_with_lines(("cat-file", "--batch"), batch)
            position = 0
            for blob in batch:
                end = out.index(b"\n", position)
                header = out[position:end].split(b" ")
                if len(header) != 3:
                    raise CannotCheck(f"object {blob} is missing from the repository ({decode(out[position:end])})")
                size = int(header[2])
                yield blob, out[end + 1 : end + 1 + size]
                position = end + size + 2


def _raw_entries(fields: Sequence[str]) -> Iterator[Entry]:
    for meta, path in zip(fields[::2], fields[1::2], strict=False):
        old_mode, new_mode, old, new, _ = meta[1:].split(" ")
        yield Entry(path, old_mode, new_mode, old, new)


def _fields(out: bytes) -> list[str]:
    fields = decode(out).split("\0")
    if b" U\0" not in out:
        return fields
    merged = []
    for meta, path in zip(fields[::2], fields[1::2], strict=False):
        if not meta.endswith(" U"):
            merged += [meta, path]
        elif path.endswith(_CHECKED_SUFFIXES):
            raise CannotCheck(f"{path} has unresolved conflicts (`git status` lists them)")
    return [*merged, ""]
