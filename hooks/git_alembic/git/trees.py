"""What git says of trees and of the index, and what their files hold."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from git_alembic.errors import CannotJudge
from git_alembic.git.runner import Plumbing

INDEX = ":index:"  # no ref can be called that
NOTHING = ":nothing:"
_JUDGED = (".py", ".ini", ".toml")  # conflicts in anything else are nobody's business here
_FEW = 50  # objects are asked for one by one
_BATCH = 2000  # objects per `cat-file` run: bounds the memory
_UNMERGED = (b" 1\t", b" 2\t", b" 3\t")


class Entry(NamedTuple):
    """One path that differs between two trees; the mode is "000000" and the id all zeros where a side lacks it."""

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
    """Whether a mode is that of a regular file (not a link, not a submodule)."""
    return mode.startswith("100")


class Trees(Plumbing):
    """Questions about trees, the index among them."""

    def diff(self, old: str, new: str, pathspecs: Sequence[str] = ()) -> list[Entry]:
        """What differs between two trees, or a tree and INDEX (as `new`); NOTHING is the empty tree.

        Raises CannotJudge for an index with unmerged paths that could matter.
        """
        return list(_raw_entries(_fields(self.run(*self._raw_diff(old, new, pathspecs)))))

    def _raw_diff(self, old: str, new: str, pathspecs: Sequence[str]) -> Sequence[str]:
        """The arguments of git that show a difference."""
        sides = ["--cached", "--ita-invisible-in-index"] if new == INDEX else ["-r"]
        trees = [self.empty_tree if one == NOTHING else one for one in (old, new) if one != INDEX]
        verb = "diff-index" if new == INDEX else "diff-tree"
        return (verb, *sides, "--raw", "-z", "--no-renames", "--no-abbrev", *trees, "--", *pathspecs)

    def diffs(
        self, pairs: Iterable[tuple[str, str | None]], pathspecs: Sequence[str]
    ) -> Iterator[tuple[str, list[Entry]]]:
        """(commit, what differs from the parent given with it; None: from nothing), for those with a difference."""
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
                fields.append(os.fsdecode(field))
        if fields:
            yield commit, list(_raw_entries(fields))

    def listing(self, source: str, pathspecs: Sequence[str]) -> dict[str, tuple[str, str]]:
        """Path -> (mode, blob id) of what a tree or INDEX holds under the pathspecs."""
        return self.begin_listing(source, pathspecs)()

    def begin_listing(self, source: str, pathspecs: Sequence[str]) -> Callable[[], dict[str, tuple[str, str]]]:
        """What gives a `listing` when it is called; until then git is at work, and so may the caller be.

        A tree is asked for its difference to the empty one, which knows globs; and so is an index where some paths are
        unmerged or only intended to be added.
        """
        compare = self._raw_diff(NOTHING, source, pathspecs)
        begun = self._begin(*(("ls-files", "--stage", "-z", "--", *pathspecs) if source == INDEX else compare))

        def finish() -> dict[str, tuple[str, str]]:
            out = begun()
            if source != INDEX:
                return self._compared(out)
            if any(mark in out for mark in (*_UNMERGED, self._empty_blob)):
                return self._compared(self.run(*compare))
            # "<mode> <id> 0\t<path>"
            end = 7 + len(self.empty_tree)
            return {line[end + 3 :]: (line[:6], line[7:end]) for line in os.fsdecode(out).split("\0") if line}

        return finish

    def _compared(self, out: bytes) -> dict[str, tuple[str, str]]:
        """A listing from the difference to the empty tree."""
        fields = _fields(out)
        # ":<mode> <mode> <id> <id> <status>": there may be ten thousand of them, so no more is taken than is asked for.
        start = -2 - len(self.empty_tree)
        return {path: (meta[8:14], meta[start:-2]) for meta, path in zip(fields[::2], fields[1::2], strict=False)}

    def grep(self, source: str, text: str, pathspec: str) -> list[str]:
        """The paths of a tree or INDEX whose content has `text`."""
        where = ("--cached",) if source == INDEX else (source,)
        command = ("grep", "-l", "-z", "-F", "--full-name", "-e", text, *where, "--", pathspec)
        status, found = self.attempt(*command)
        if status not in (0, 1):  # 1: nothing was found
            self.run(*command)
        out = os.fsdecode(found)
        return [path if source == INDEX else path.partition(":")[2] for path in out.split("\0")[:-1]]

    def read(self, ids: Iterable[str]) -> Iterator[tuple[str, bytes]]:
        """(id, content) of each blob, in bounded batches; raises CannotJudge for one that is missing."""
        wanted = list(ids)
        if len(wanted) <= _FEW:
            for blob in wanted:
                answer = self._objects.get(blob)
                if answer is None:
                    raise CannotJudge(f"object {blob} is missing from the repository")
                yield blob, answer[1]
            return
        for start in range(0, len(wanted), _BATCH):
            batch = wanted[start : start + _BATCH]
            out = self.feed(("cat-file", "--batch"), batch)
            at = 0
            for blob in batch:
                end = out.index(b"\n", at)
                header = out[at:end].split(b" ")
                if len(header) != 3:
                    raise CannotJudge(f"object {blob} is missing from the repository ({os.fsdecode(out[at:end])})")
                size = int(header[2])
                yield blob, out[end + 1 : end + 1 + size]
                at = end + size + 2


def _raw_entries(fields: Sequence[str]) -> Iterator[Entry]:
    for meta, path in zip(fields[::2], fields[1::2], strict=False):
        old_mode, new_mode, old, new, _ = meta[1:].split(" ")
        yield Entry(path, old_mode, new_mode, old, new)


def _fields(out: bytes) -> list[str]:
    fields = os.fsdecode(out).split("\0")
    if b" U\0" not in out:
        return fields
    kept = []
    for meta, path in zip(fields[::2], fields[1::2], strict=False):
        if not meta.endswith(" U"):
            kept += [meta, path]
        elif path.endswith(_JUDGED):
            raise CannotJudge(f"{path} has conflicts that are not resolved (`git status` lists them)")
    return [*kept, ""]
