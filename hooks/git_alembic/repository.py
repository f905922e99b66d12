"""The only module that talks to git: small named questions, answered by git's plumbing through GitPython.

Paths are relative to the top of the tree, "/"-separated; bytes that are not UTF-8 are kept as surrogates. Ids are full.
Nothing here writes to the working tree or a ref, and what is called `stage` alone to the index.
"""

from __future__ import annotations

import os
import shlex
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from subprocess import PIPE
from typing import BinaryIO, NamedTuple

from git_alembic.bare import bare
from git_alembic.errors import CannotJudge
from git_alembic.objects import Objects, Process

# All of GitPython and gitdb takes longer to be imported than most checks take, and only the runner of commands is used.
try:
    with bare("gitdb", "git"):
        from git.cmd import Git
        from git.exc import GitCommandError, GitCommandNotFound
except ImportError:  # a GitPython whose modules need the whole
    os.environ.setdefault("GIT_PYTHON_REFRESH", "quiet")  # with no git to be found, it would not be imported
    from git.cmd import Git
    from git.exc import GitCommandError, GitCommandNotFound

# As `git.refresh()` does, which `import git` calls and which runs `git version` first.
Git.GIT_PYTHON_GIT_EXECUTABLE = os.environ.get("GIT_PYTHON_GIT_EXECUTABLE", "git")

OLDEST_GIT = (2, 25)
INDEX = ":index:"  # no ref can be called that
NOTHING = ":nothing:"
_JUDGED = (".py", ".ini", ".toml")  # conflicts in anything else are nobody's business here
_FEW = 50  # objects are asked for one by one
_BATCH = 2000  # objects per `cat-file` run: bounds the memory
_EMPTY_TREES = {
    "sha1": "4b825dc642cb6eb9a060e54bf8d69288fbee4904",
    "sha256": "6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321",
}
_EMPTY_BLOBS = {
    "sha1": b"e69de29bb2d1d6434b8b29ae775ad8c2e48c5391",
    "sha256": b"473a0f4c3be8a93681a267e3b1e9a7dcda1185436fe141f7749120a303721813",
}
_UNMERGED = (b" 1\t", b" 2\t", b" 3\t")
# `git log` reads settings that plumbing does not.
LOG = ("--encoding=UTF-8", "--no-show-signature", "--no-ext-diff", "--no-textconv", "--no-renames")
_FIXED_ENVIRONMENT = {
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_LITERAL_PATHSPECS": "0",
    "GIT_GLOB_PATHSPECS": "0",
    "GIT_NOGLOB_PATHSPECS": "0",
    "GIT_ICASE_PATHSPECS": "0",
    "LC_ALL": "C",
}


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


class Repository:
    """A repository as found from a folder, with `GIT_DIR`, `GIT_WORK_TREE` and `GIT_INDEX_FILE` respected."""

    def __init__(self, start: str = ".") -> None:
        """Find the repository that holds `start`; raises CannotJudge where there is none."""
        self._git = Git(start)
        self._git.update_environment(**_FIXED_ENVIRONMENT)
        here = os.path.realpath(start)
        # The last of the answers is no line at all in a bare repository, and inside a .git folder.
        asked = (
            "--is-bare-repository",
            "--show-object-format",
            "--absolute-git-dir",
            "--git-common-dir",
            "--show-cdup",
        )
        answers = os.fsdecode(self.run("rev-parse", *asked)).split("\n")[:-1]
        if len(answers) < len(asked) - 1:
            raise CannotJudge("git does not work here: `git rev-parse` has no answer")
        is_bare, format_, git_dir, common, *up = answers
        if len(up) > 1:
            raise CannotJudge("a repository in a folder with a line break in its name cannot be judged")
        self.git_dir = git_dir
        self.common_dir = os.path.normpath(os.path.join(here, common))
        self.top = os.path.normpath(os.path.join(here, up[0])) if up and is_bare != "true" else None
        # What git has built in for the hash; a git too old for the question repeats it, and knows only SHA-1.
        self.empty_tree = _EMPTY_TREES.get(format_, _EMPTY_TREES["sha1"])
        self._empty_blob = _EMPTY_BLOBS.get(format_, _EMPTY_BLOBS["sha1"])
        # From here on every command runs at the top, wherever the user stands, so relative variables are made absolute.
        home = {"GIT_DIR": git_dir}
        if index := os.environ.get("GIT_INDEX_FILE"):
            home["GIT_INDEX_FILE"] = os.path.join(here, index)
        if self.top is not None:
            home["GIT_WORK_TREE"] = self.top
        self._git = Git(self.top or git_dir)
        self._git.update_environment(**_FIXED_ENVIRONMENT, **home)
        # Without `self` in it, so that the process ends with the repository, not with the next search for garbage.
        self._objects = Objects(partial(_batch, self._git, self.program))

    def hooks_folder(self) -> str:
        """The folder that git runs hooks from: `core.hooksPath`, or `hooks` of the common git directory."""
        found = os.fsdecode(self.run("rev-parse", "--git-path", "hooks")).removesuffix("\n")
        return os.path.normpath(os.path.join(self.top or self.git_dir, found))

    @property
    def version(self) -> tuple[int, ...]:
        """Git's own version, () where it does not say."""
        try:
            return tuple(self._git.version_info)
        except GitCommandError:
            return ()

    # --- questions about commits and refs

    def resolve(self, names: Sequence[str]) -> list[str | None]:
        """The commit of each name, None where there is none (or its object is missing)."""
        asked = [name if "\n" not in name and not name.startswith("-") else "" for name in names]
        answers = [self._objects.get(f"{name}^{{commit}}") for name in asked]
        return [answer and answer[0] for answer in answers]

    def commit(self, name: str) -> str:
        """The commit that `name` means; raises CannotJudge with the reason where it means none."""
        found = self.resolve([name])[0]
        if found is not None:
            return found
        if self.is_shallow():
            raise CannotJudge(
                f"{name} is no commit of this repository, which is a shallow clone: its history was cut off "
                "(`git fetch --unshallow`, or `fetch-depth: 0` in a workflow)"
            )
        raise CannotJudge(f"{name} is no commit of this repository")

    def has_commit(self) -> bool:
        """Whether HEAD names a commit, be its object here or not: it does not before the first one."""
        return not self.attempt("rev-parse", "--verify", "--quiet", "HEAD")[0]

    def is_shallow(self) -> bool:
        """Whether the history has been cut off."""
        return os.path.exists(os.path.join(self.common_dir, "shallow"))

    def merge_parents(self) -> list[str]:
        """The commits that the merge under way brings in, [] where none is."""
        try:
            with open(os.path.join(self.git_dir, "MERGE_HEAD"), encoding="ascii") as stream:
                return stream.read().split()
        except FileNotFoundError:
            # Inside pre-merge-commit there is no MERGE_HEAD yet; git names the others in GITHEAD_<id>.
            return sorted(name[8:] for name in os.environ if name.startswith("GITHEAD_"))

    def merge_base(self, one: str, other: str) -> str | None:
        """The best common ancestor of two commits, None where they are unrelated."""
        try:
            return os.fsdecode(self.run("merge-base", one, other)).split("\n", 1)[0] or None
        except CannotJudge:
            return None

    def merge_tree(self, one: str, other: str) -> tuple[str, tuple[str, ...]] | None:
        """(the tree that git's merge of two commits would give, the paths with conflicts in it).

        None where git cannot say: before 2.38, or for unrelated histories.
        """
        command = ("merge-tree", "--write-tree", "-z", "--name-only", "--no-messages", one, other)
        status, out = self.attempt(*command, environ=self._plain_merges())
        if status not in (0, 1):  # 1 is a merge with conflicts
            return None
        tree, *conflicts = out.split(b"\0")
        return os.fsdecode(tree), tuple(os.fsdecode(path) for path in conflicts if path)

    def _plain_merges(self) -> dict[str, str]:
        """The variables with which a merge runs no program of the configuration, but merges as git itself does."""
        _, out = self.attempt("config", "-z", "--name-only", "--get-regexp", r"^merge\..*\.driver$")
        names = os.fsdecode(out).split("\0")[:-1]
        if not names:
            return {}
        first = int(os.environ.get("GIT_CONFIG_COUNT") or 0)
        found = {"GIT_CONFIG_COUNT": str(first + len(names))}
        for at, name in enumerate(names, first):
            own = f"{shlex.quote(self.program[0])} merge-file --quiet --marker-size=%L %A %O %B"
            found |= {f"GIT_CONFIG_KEY_{at}": name, f"GIT_CONFIG_VALUE_{at}": own}
        return found

    def is_ancestor(self, one: str, other: str) -> bool:
        """Whether the second commit builds on the first."""
        return self.merge_base(one, other) == one

    def brought(self, commit: str, path: str) -> tuple[str, str, str]:
        """(short id, author's name, author date) of the newest commit up to `commit` that added a path."""
        found = self.run("log", "-1", *LOG, "--diff-filter=A", "--format=%H", commit, "--", f":(literal){path}")
        return self.describe(os.fsdecode(found).strip() or commit)

    def matching_refs(self, pattern: str) -> list[str]:
        """The full names of the refs that match a glob such as `refs/tags/v*`, sorted."""
        return os.fsdecode(self.run("for-each-ref", "--format=%(refname)", "--", pattern)).splitlines()

    def remote_branches(self, names: Sequence[str]) -> list[tuple[str, str]]:
        """(short name, commit) of the remote-tracking branches that exist; symbolic ones by what they mean."""
        refs = [f"refs/remotes/{name}" for name in names]
        out = self.run("for-each-ref", "--format=%(refname)%00%(symref:lstrip=2)%00%(objectname)", *refs)
        rows = (os.fsdecode(line).split("\0") for line in out.splitlines())
        found = {full: (symbolic or full.removeprefix("refs/remotes/"), commit) for full, symbolic, commit in rows}
        return [found[ref] for ref in refs if ref in found]

    def upstream(self) -> str | None:
        """The upstream of the current branch, as a short name, None where it has none."""
        try:
            return os.fsdecode(self.run("rev-parse", "--abbrev-ref", "--symbolic-full-name", "@{upstream}")).strip()
        except CannotJudge:
            return None

    def has_remote(self) -> bool:
        """Whether any remote-tracking ref exists."""
        return bool(self.run("for-each-ref", "--count=1", "refs/remotes"))

    def full_name(self, name: str) -> str | None:
        """The full name of the ref that a short name means, symbolic refs followed; None where it means none."""
        status, out = self.attempt("rev-parse", "--verify", "--quiet", "--symbolic-full-name", name)
        return None if status else os.fsdecode(out).strip() or None

    def current_branch(self) -> str | None:
        """The short name of the branch that HEAD names, born or not; None where HEAD is detached."""
        status, out = self.attempt("symbolic-ref", "--quiet", "--short", "HEAD")
        return None if status else os.fsdecode(out).strip()

    def push_remote(self) -> str:
        """The remote that a plain `git push` of the current branch goes to."""
        branch = self.current_branch()
        keys = [f"branch.{branch}.pushRemote", "remote.pushDefault", f"branch.{branch}.remote"]
        found = (os.fsdecode(self.attempt("config", "--get", key)[1]).strip() for key in keys)
        return next(filter(None, found), "origin")

    def remotes(self) -> list[str]:
        """The names of the remotes."""
        return os.fsdecode(self.run("remote")).splitlines()

    def branches_with(self, commit: str) -> list[str]:
        """Short names of the branches, local and remote, that hold a commit."""
        out = self.run(
            "for-each-ref", "--format=%(refname:short)", f"--contains={commit}", "refs/heads", "refs/remotes"
        )
        return os.fsdecode(out).splitlines()

    # --- questions about trees and the index

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

    def tree_is_index(self) -> bool:
        """Whether the working tree holds what the index holds, in all files; not where some are left out of it."""
        status, _ = self.attempt("diff", "--quiet", "--no-ext-diff", "--no-textconv", "--ignore-submodules=all")
        sparse = os.fsdecode(self.attempt("config", "--get", "core.sparseCheckout")[1]).strip()
        return status == 0 and sparse != "true"

    def untracked(self, folders: Sequence[str]) -> list[str]:
        """The Python files below the folders that the index has not, ignored ones among them."""
        specs = [f":(glob){folder}/**/*.py" if folder else ":(glob)**/*.py" for folder in map(glob_escaped, folders)]
        return os.fsdecode(self.run("ls-files", "--others", "-z", "--", *specs)).split("\0")[:-1] if specs else []

    def ignored(self, paths: Sequence[str]) -> frozenset[str]:
        """Those of the paths that `.gitignore` and its like leave out."""
        with _temporary() as stream:
            stream.write(b"\0".join(map(os.fsencode, paths)) + b"\0")
            stream.seek(0)
            command = [*self.program, "check-ignore", "--stdin", "-z", "--no-index"]
            _, out, _ = self._git.execute(
                command,
                istream=stream,
                with_extended_output=True,
                with_exceptions=False,
                stdout_as_string=False,
                strip_newline_in_stdout=False,
            )
        return frozenset(os.fsdecode(out).split("\0")[:-1])

    # --- questions about history

    def commits(self, revisions: Sequence[str]) -> list[tuple[str, tuple[str, ...], int, bool]]:
        """(id, parents, commit time in Unix seconds, is boundary) of `git rev-list`, parents first."""
        out = self.run(
            "rev-list", "--topo-order", "--reverse", "--boundary", "--parents", "--timestamp", *revisions, "--"
        )
        rows = (line.split(" ") for line in out.decode("ascii").splitlines())
        return [(row[1].lstrip("-"), tuple(row[2:]), int(row[0]), row[1].startswith("-")) for row in rows]

    def first_parent_line(self, commit: str) -> list[str]:
        """The ids from a commit back along first parents, newest first."""
        return os.fsdecode(self.run("rev-list", "--first-parent", commit, "--")).split()

    def time(self, commit: str) -> int:
        """When a commit was made, in Unix seconds."""
        return int(self.run("log", "-1", *LOG, "--format=%ct", commit, "--"))

    def last_before(self, commit: str, time: int) -> str | None:
        """The newest commit on a line of first parents that was made before a time, None where all are newer."""
        out = self.run("rev-list", "--first-parent", "--max-count=1", f"--min-age={time}", commit, "--")
        return os.fsdecode(out).strip() or None

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

    def describe(self, commit: str) -> tuple[str, str, str]:
        """(short id, author's name, author date as YYYY-MM-DD) of a commit."""
        out = self.run("log", "-1", *LOG, "--date=short", "--format=%h%x00%an%x00%ad", commit, "--")
        short, author, date = os.fsdecode(out).strip().split("\0")
        return short, author, date

    # --- files as git would check them out and take them in (line ends, filters)

    def checked_out(self, blob: str, path: str) -> bytes:
        """What `git checkout` would write for a blob at a path."""
        return self.run("cat-file", "--filters", f"--path={path}", blob)

    def taken_in(self, path: str) -> str:
        """The id of the blob that `git add` would make of the file at a path of the working tree."""
        with open(os.path.join(self.top or "", path), "rb") as stream:
            return os.fsdecode(self.run("hash-object", "--stdin", f"--path={path}", istream=stream)).strip()

    # --- what changes the index, and nothing else

    def stage(self, paths: Sequence[str], executable: Sequence[str] = ()) -> None:
        """Make the index hold these paths, and no others, as the working tree has them; gone ones go from it too.

        Some are `executable` whatever the file system says, which under `core.fileMode = false` is not asked.
        """
        self.run("add", "--all", "--", *(f":(literal){path}" for path in paths))
        if executable:
            self.run("update-index", "--chmod=+x", "--", *executable)

    def stage_blob(self, path: str, mode: str, blob: str) -> None:
        """Make the index hold this very blob at a path, which it does not hold yet."""
        self.run("update-index", "--add", "--cacheinfo", mode, blob, path)

    # --- running git

    @property
    def program(self) -> tuple[str, ...]:
        """Git, with nothing of the user's configuration that would run a program or fail for lack of a file."""
        executable = Git.GIT_PYTHON_GIT_EXECUTABLE or "git"
        return executable, "-c", "core.fsmonitor=false", "-c", "diff.orderFile=/dev/null"

    def environment(self) -> dict[str, str]:
        """The variables that git runs with here, on top of the process's own."""
        found: dict[str, str] = self._git.environment()
        return found

    def run(self, *arguments: str, istream: BinaryIO | None = None, environ: Mapping[str, str] | None = None) -> bytes:
        """What a command prints; CannotJudge with what it said where it fails."""
        command = [*self.program, *arguments]
        try:
            out: bytes = self._git.execute(
                command, stdout_as_string=False, strip_newline_in_stdout=False, istream=istream, env=environ
            )
        except GitCommandNotFound as error:
            raise CannotJudge(f"git was not found; git-alembic needs git {_dotted(OLDEST_GIT)} or newer") from error
        except OSError as error:
            raise CannotJudge(f"git was not found: {error}") from error
        except GitCommandError as error:
            raise CannotJudge(self._failure(arguments[0], error)) from error
        return out

    def _begin(self, *arguments: str) -> Callable[[], bytes]:
        """What gives what `run` gives when it is called; until then git is at work."""
        process = self._git.execute([*self.program, *arguments], as_process=True)

        def finish() -> bytes:
            out: bytes = process.communicate()[0]
            return out if process.returncode == 0 else self.run(*arguments)

        return finish

    def attempt(self, *arguments: str, environ: Mapping[str, str] | None = None) -> tuple[int, bytes]:
        """(exit code, what was printed) of a command that may fail."""
        command = [*self.program, *arguments]
        status, out, _ = self._git.execute(
            command,
            with_extended_output=True,
            with_exceptions=False,
            stdout_as_string=False,
            strip_newline_in_stdout=False,
            env=environ,
        )
        return status, out

    def _failure(self, verb: str, error: GitCommandError) -> str:
        said = " ".join(str(error.stderr).strip().removeprefix("stderr: '").removesuffix("'").split())
        version = self.version[:2]
        if version and version < OLDEST_GIT:
            return f"git {_dotted(version)} is too old; git-alembic needs {_dotted(OLDEST_GIT)} or newer"
        return f"git {verb} failed: {said or f'exit code {error.status}'}"

    def feed(self, arguments: Sequence[str], lines: Iterable[str]) -> bytes:
        """What a command prints that is given lines; CannotJudge where it fails."""
        with _temporary() as stream:
            stream.write(b"".join(os.fsencode(line) + b"\n" for line in lines))
            stream.seek(0)
            return self.run(*arguments, istream=stream)

    def stream(self, arguments: Sequence[str], lines: Iterable[str]) -> Iterator[bytes]:
        """The NUL-separated fields that a long-running command prints, as they come."""
        with _temporary() as stream:
            stream.write(b"".join(line.encode("ascii") + b"\n" for line in lines))
            stream.seek(0)
            command = [*self.program, *arguments]
            process = self._git.execute(command, as_process=True, istream=stream)
            rest = b""
            while chunk := process.stdout.read(1 << 20):
                *fields, rest = (rest + chunk).split(b"\0")
                yield from fields
            try:
                process.wait()
            except GitCommandError as error:
                raise CannotJudge(self._failure(arguments[0], error)) from error


def _batch(git: Git, program: Sequence[str]) -> Process:
    running = git.execute([*program, "cat-file", "--batch"], as_process=True, istream=PIPE)
    return Process(running.stdin, running.stdout, running)


def _temporary() -> BinaryIO:
    """A file without a name; CannotJudge where there is no place for one."""
    try:
        return tempfile.TemporaryFile()
    except FileNotFoundError as error:  # so says Python of a disk that is full
        raise CannotJudge(f"a temporary file could not be written: {error.strerror}") from error


def glob_escaped(path: str) -> str:
    """A path as a pattern that means it."""
    return "".join(f"\\{one}" if one in "*?[\\" else one for one in path)


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


def _dotted(version: Sequence[int]) -> str:
    return ".".join(map(str, version))
