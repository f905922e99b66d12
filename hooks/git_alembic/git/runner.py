"""Finds a repository and runs git in it, through GitPython."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property, partial
from subprocess import PIPE
from typing import BinaryIO

from git_alembic.errors import CannotCheck
from git_alembic.git.object_reader import CatFileProcess, ObjectReader
from git_alembic.git.text_encoding import as_argument, decode, encode
from git_alembic.lazy_imports import skip_package_init

# Importing all of GitPython and gitdb takes longer than most checks. We need only the part that runs commands.
try:
    with skip_package_init("gitdb", "git"):
        from git.cmd import Git
        from git.exc import GitCommandError, GitCommandNotFound
except ImportError:  # this GitPython's modules need the whole package
    os.environ.setdefault("GIT_PYTHON_REFRESH", "quiet")  # without git on PATH, the import would fail
    from git.cmd import Git
    from git.exc import GitCommandError, GitCommandNotFound

# The same as `git.refresh()` in `import git`, but without its `git version`.
Git.GIT_PYTHON_GIT_EXECUTABLE = os.environ.get("GIT_PYTHON_GIT_EXECUTABLE", "git")

OLDEST_GIT = (2, 25)
_EMPTY_TREES = {
    "sha1": "4b825dc642cb6eb9a060e54bf8d69288fbee4904",
    "sha256": "6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321",
}
_EMPTY_BLOBS = {
    "sha1": b"e69de29bb2d1d6434b8b29ae775ad8c2e48c5391",
    "sha256": b"473a0f4c3be8a93681a267e3b1e9a7dcda1185436fe141f7749120a303721813",
}
_TRUST = "safe.directory"  # the setting that git names in its message since 2.35.2
_FIXED_ENVIRONMENT = {
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_LITERAL_PATHSPECS": "0",
    "GIT_GLOB_PATHSPECS": "0",
    "GIT_NOGLOB_PATHSPECS": "0",
    "GIT_ICASE_PATHSPECS": "0",
    # Make git send and merge the objects themselves, not their replacements. No file can have this path, so there are
    # no grafts, and git doesn't warn about them.
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_GRAFT_FILE": "/dev/null/grafts",
    "LC_ALL": "C",
}


class GitRunner:
    """Runs git in the repository of a folder. It respects `GIT_DIR`, `GIT_WORK_TREE` and `GIT_INDEX_FILE`."""

    def __init__(self, start: str = ".") -> None:
        """Find the repository that contains `start`. Raise CannotCheck if there is none."""
        self._git = Git(start)
        self._git.update_environment(**_FIXED_ENVIRONMENT)
        here = os.path.realpath(start)
        # In a bare repository and inside a .git folder, the last answer is missing.
        questions = (
            "--is-bare-repository",
            "--show-object-format",
            "--absolute-git-dir",
            "--git-common-dir",
            "--show-cdup",
        )
        answers = os.fsdecode(self.run("rev-parse", *questions)).split("\n")[:-1]
        if len(answers) < len(questions) - 1:
            raise CannotCheck("`git rev-parse` ended without output")
        is_bare, format_, git_dir, common, *up = answers
        if len(up) > 1:
            raise CannotCheck("can't check a repository whose path contains a newline")
        self.git_dir = git_dir
        self.common_dir = os.path.normpath(os.path.join(here, common))
        self.top = os.path.normpath(os.path.join(here, up[0])) if up and is_bare != "true" else None
        # An old git only echoes `--show-object-format`. It supports only SHA-1.
        self.empty_tree = _EMPTY_TREES.get(format_, _EMPTY_TREES["sha1"])
        self._empty_blob = _EMPTY_BLOBS.get(format_, _EMPTY_BLOBS["sha1"])
        # All later commands run at the top, so relative variables become absolute.
        home = {"GIT_DIR": git_dir}
        if index := os.environ.get("GIT_INDEX_FILE"):
            home["GIT_INDEX_FILE"] = os.path.join(here, index)
        if self.top is not None:
            home["GIT_WORK_TREE"] = self.top
        self._git = Git(self.top or git_dir)
        self._git.update_environment(**_FIXED_ENVIRONMENT, **home)
        # Not bound to `self`, so that the process ends with the repository and not with a later garbage collection.
        self._objects = ObjectReader(partial(_start_cat_file, self._git, self.program))

    @cached_property
    def is_partial_clone(self) -> bool:
        """True if a remote promised to send missing objects later."""
        try:
            with os.scandir(os.path.join(self.common_dir, "objects", "pack")) as entries:
                return any(entry.name.endswith(".promisor") for entry in entries)
        except OSError:
            return False

    @property
    def version(self) -> tuple[int, ...]:
        """Return git's version, or () if git doesn't report it."""
        try:
            return tuple(self._git.version_info)
        except GitCommandError:
            return ()

    @property
    def program(self) -> tuple[str, ...]:
        """Return git with options that override configuration which runs a program or needs a file."""
        executable = Git.GIT_PYTHON_GIT_EXECUTABLE or "git"
        return executable, "-c", "core.fsmonitor=false", "-c", "diff.orderFile=/dev/null"

    def environment(self) -> dict[str, str]:
        """Return the variables that git gets in addition to the process's own."""
        variables: dict[str, str] = self._git.environment()
        return variables

    def run(self, *arguments: str, istream: BinaryIO | None = None, environ: Mapping[str, str] | None = None) -> bytes:
        """Run a command and return its output. CannotCheck with its error message if it fails."""
        command = [*self.program, *map(as_argument, arguments)]
        try:
            out: bytes = self._git.execute(
                command, stdout_as_string=False, strip_newline_in_stdout=False, istream=istream, env=environ
            )
        except GitCommandNotFound as error:
            raise CannotCheck(
                f"git was not found; git-alembic needs git {_format_version(OLDEST_GIT)} or newer"
            ) from error
        except OSError as error:
            raise CannotCheck(f"git was not found: {error}") from error
        except GitCommandError as error:
            raise CannotCheck(self._failure(arguments[0], error)) from error
        return out

    def _start(self, *arguments: str, nothing: int = 0) -> Callable[[], bytes]:
        """Start git now. The returned function waits for its output, like `run`. Exit code `nothing` succeeds too."""
        process = self._git.execute([*self.program, *map(as_argument, arguments)], as_process=True)

        def finish() -> bytes:
            out: bytes = process.communicate()[0]
            return out if process.returncode in (0, nothing) else self.run(*arguments)

        return finish

    def attempt(
        self, *arguments: str, istream: BinaryIO | None = None, environ: Mapping[str, str] | None = None
    ) -> tuple[int, bytes]:
        """Run a command that can fail. Return (exit code, output)."""
        return self._attempt(*arguments, istream=istream, environ=environ)[:2]

    def _attempt(
        self, *arguments: str, istream: BinaryIO | None = None, environ: Mapping[str, str] | None = None
    ) -> tuple[int, bytes, str]:
        """Like `attempt`, with the error messages as the third value."""
        status, out, stderr = self._git.execute(
            [*self.program, *map(as_argument, arguments)],
            with_extended_output=True,
            with_exceptions=False,
            stdout_as_string=False,
            strip_newline_in_stdout=False,
            istream=istream,
            env=environ,
        )
        return status, out, str(stderr)

    def _ask(self, *arguments: str) -> bytes:
        """Run a command that exits 1 for "nothing found". CannotCheck if it reports an error.

        `git grep` and `git merge-base` also exit 1, or even 0, if they can't read an object.
        """
        status, out, stderr = self._attempt(*arguments)
        if status not in (0, 1):
            return self.run(*arguments)
        errors = [line for line in stderr.splitlines() if line.startswith(("error:", "fatal:"))]
        if errors:
            raise CannotCheck(f"git {arguments[0]} failed: {' '.join(errors)}")
        return out

    def _failure(self, verb: str, error: GitCommandError) -> str:
        stderr = str(error.stderr).strip().removeprefix("stderr: '").removesuffix("'").strip()
        version = self.version[:2]
        if version and version < OLDEST_GIT:
            return (
                f"git {_format_version(version)} is too old; git-alembic needs {_format_version(OLDEST_GIT)} or newer"
            )
        _, is_foreign, folder = stderr.rpartition(f"{_TRUST} ")
        if is_foreign:
            why = "git refuses to use this repository because it is owned by another user"
            return f"{why}; if you trust what is in it: `git config --global --add {_TRUST} {folder}`"
        return f"git {verb} failed: {' '.join(stderr.split()) or f'exit code {error.status}'}"

    def run_with_lines(self, arguments: Sequence[str], lines: Iterable[str]) -> bytes:
        """Run a command with lines on its standard input and return its output. CannotCheck if it fails."""
        with open_temporary_file() as stream:
            stream.write(b"".join(encode(line) + b"\n" for line in lines))
            stream.seek(0)
            return self.run(*arguments, istream=stream)

    def stream_text(self, arguments: Sequence[str], lines: Iterable[str]) -> Iterator[str]:
        """Yield the NUL-separated fields as text."""
        return map(decode, self.stream(arguments, lines))

    def stream(self, arguments: Sequence[str], lines: Iterable[str]) -> Iterator[bytes]:
        """Yield the NUL-separated fields that a long-running command prints, as they arrive."""
        with open_temporary_file() as stream:
            stream.write(b"".join(encode(line) + b"\n" for line in lines))
            stream.seek(0)
            command = [*self.program, *map(as_argument, arguments)]
            process = self._git.execute(command, as_process=True, istream=stream)
            rest = b""
            while chunk := process.stdout.read(1 << 20):
                *fields, rest = (rest + chunk).split(b"\0")
                yield from fields
            if rest:
                yield rest
            try:
                process.wait()
            except GitCommandError as error:
                raise CannotCheck(self._failure(arguments[0], error)) from error


def _start_cat_file(git: Git, program: Sequence[str]) -> CatFileProcess:
    # We don't read its error messages, so a thousand warnings would block it.
    command = [*program, "-c", "core.warnAmbiguousRefs=false", "cat-file", "--batch"]
    process = git.execute(command, as_process=True, istream=PIPE)
    return CatFileProcess(process.stdin, process.stdout, process)


def open_temporary_file() -> BinaryIO:
    """Open a file without a name. CannotCheck if there is no space for it."""
    try:
        return tempfile.TemporaryFile()
    except FileNotFoundError as error:  # Python's error for a full disk
        raise CannotCheck(f"a temporary file could not be written: {error.strerror}") from error


def _format_version(version: Sequence[int]) -> str:
    return ".".join(map(str, version))
