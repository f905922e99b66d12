"""Reads revision files that git-alembic can't read itself, with the project's Python.

It runs files with computed identifiers (`unreadable = "ask-project"`), and compiles files whose syntax is too new for
our Python, without running them.
"""

from __future__ import annotations

import os
import posixpath
import shlex
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from git_alembic.config.settings import Settings
from git_alembic.errors import CannotCheck
from git_alembic.git import INDEX, Repository
from git_alembic.revisions.revision import Problem, Revision, Unreadable
from git_alembic.scratch.interpreter.project_python import VARIABLE, Interpreter, interpreter

_SECONDS = 60  # of CPU time, or without any
_TREE = "tree"  # the name of the working tree in requests to a command
_SCRATCH = os.path.dirname(os.path.abspath(__file__))
_SCRIPT = os.path.join(_SCRATCH, "remote", "relay", "revision_syntax_check.py")


class IdentifierLoader:
    """Runs revision files of a repository's working tree in the project's interpreter."""

    def __init__(self, repository: Repository) -> None:
        self._repository = repository
        self._top = repository.top

    def __call__(
        self, settings: Settings, files: Sequence[Unreadable], contents: Mapping[str, bytes]
    ) -> list[Revision | Unreadable]:
        """Call `load_identifiers`. Raise CannotCheck without a working tree."""
        if self._top is None:
            raise CannotCheck(
                f"{files[0].path} can be read only by running it, and there is no working tree here to run it in"
            )
        python = interpreter(settings.python, self._top, os.environ)
        if python.command:
            return _load_by_command(self._repository, python, files, contents)
        return load_identifiers(python.path, self._top, files, contents)


def load_identifiers(
    python: str, top: str, files: Sequence[Unreadable], contents: Mapping[str, bytes]
) -> list[Revision | Unreadable]:
    """Run each file of the commit in a temporary folder, and return its identifiers in the same order.

    `contents` maps blob ids to content. Raise CannotCheck if the interpreter itself fails.
    """
    import tempfile

    from git_alembic.scratch.interpreter.probe_process_launcher import run_probe
    from git_alembic.temporary_files import SCRATCH, private_folder

    with private_folder(tempfile.gettempdir(), SCRATCH) as folder:
        paths = []
        for number, file in enumerate(files):
            subfolder = os.path.join(folder, str(number))
            os.mkdir(subfolder)
            paths.append(os.path.join(subfolder, posixpath.basename(file.path)))
            with open(paths[-1], "wb") as stream:
                stream.write(contents[file.blob])
        where = {"cwd": top, "top": top, "working_tree": top, "bytecode": folder}
        question = {"work": "computed_revision_ids", "files": paths, **where}
        answers: list[dict[str, Any]] = run_probe(python, question, folder=folder, cwd=top, seconds=_SECONDS)
    return [_parse_identifiers(file, answer) for file, answer in zip(files, answers, strict=True)]


def _load_by_command(
    repository: Repository, python: Interpreter, files: Sequence[Unreadable], contents: Mapping[str, bytes]
) -> list[Revision | Unreadable]:
    """Load files that import the project from the working tree."""
    from git_alembic.scratch.checkout import WORKING_TREE
    from git_alembic.scratch.remote.relay_session import open_session_with_probe
    from git_alembic.scratch.remote.uploads import send_tree

    by_name = {f"{number}_{posixpath.basename(file.path)}": contents[file.blob] for number, file in enumerate(files)}
    env_py = posixpath.normpath(posixpath.join(posixpath.dirname(files[0].path), "..", "env.py"))
    request = {
        "do": "ask",
        "tree": _TREE,
        "question": {"work": "computed_revision_ids", "cwd": ".", "files": list(by_name)},
        "states": {},
        "more": {name: content.decode("latin-1") for name, content in by_name.items()},
        "env": {},
        "seconds": _SECONDS,
    }
    with open_session_with_probe(python, repository.top or "") as session:
        send_tree(session, repository, WORKING_TREE, env_py, _TREE)
        answers: list[dict[str, Any]] = session.ask_probe(request)
    return [_parse_identifiers(file, answer) for file, answer in zip(files, answers, strict=True)]


def _parse_identifiers(file: Unreadable, answer: Mapping[str, Any]) -> Revision | Unreadable:
    if "error" in answer:
        return Unreadable(file.path, file.blob, f"running it failed: {answer['error']}", file.line, file.allowed)
    from git_alembic.revisions.parser import Identifiers, find_refusal

    down, depends, labels = (tuple(answer[name]) for name in ("down_revision", "depends_on", "branch_labels"))
    refusal = find_refusal(Identifiers(answer["revision"], down, 0, 0))
    return Revision(
        file.path,
        file.blob,
        answer["revision"],
        tuple(filter(None, down)),
        tuple(filter(None, depends)),
        labels,
        answer["message"],
        allowed=file.allowed,
        problem=refusal.why if refusal else None,
    )


class ProjectCompiler:
    """Compiles with the interpreter of a repository's working tree."""

    def __init__(self, repository: Repository) -> None:
        self._repository = repository
        self._top = repository.top

    def __call__(self, settings: Settings, contents: Mapping[str, bytes]) -> dict[str, Problem | None]:
        """Return the problem that the project's Python finds in each content; {} if it isn't newer than ours."""
        if self._top is None:
            return {}
        try:
            python = interpreter(settings.python, self._top, os.environ)
        except CannotCheck:
            return {}
        if python.command:
            _refuse_command_of_tree(settings, python)
            return compile_by_command(self._top, python, contents)
        if _is_of_repository(self._repository, self._top, python.path):
            return {}
        return compile_files(python.path, contents)


def _is_of_repository(repository: Repository, top: str, path: str) -> bool:
    """True if a program, or a link on the way to it, is in the index. A static command never runs such a program."""
    names: set[str] = set()
    for place in (os.path.abspath(path), os.path.realpath(path)):
        for root in (os.path.abspath(top), os.path.realpath(top)):
            name = os.path.relpath(place, root).replace(os.sep, "/")
            while name not in ("", ".", "..") and not name.startswith("../"):
                names.add(name)
                name = name.rpartition("/")[0]
    return bool(names) and not names.isdisjoint(
        repository.listing(INDEX, [f":(literal){name}" for name in sorted(names)])
    )


def _refuse_command_of_tree(settings: Settings, python: Interpreter) -> None:
    """Raise CannotCheck if the command is in the checked tree. A static command runs nothing from there."""
    if "python" not in settings.set_by_git and not os.environ.get(VARIABLE):
        version = ".".join(map(str, sys.version_info[:2]))
        setting = shlex.join(["git", "config", "alembic.python", python.path])
        raise CannotCheck(
            f"a new revision is not valid Python {version}. git-alembic could compile it with the project's "
            "Python, but a check never runs a command configured in pyproject.toml; configure it for your "
            f"clone instead: {setting}"
        )


def compile_by_command(top: str, python: Interpreter, contents: Mapping[str, bytes]) -> dict[str, Problem | None]:
    """Compile each content with the Python behind a command; {} if it is no newer than ours. CannotCheck on failure."""
    from git_alembic.scratch.remote.relay_session import open_session

    with open_session(python, top, ("-I", "-S")) as session:  # without packages, so no project code runs
        answer = session.request({"do": "compile", "contents": _as_texts(contents)})
    return _parse_problems(answer, contents)


def compile_files(python: str, contents: Mapping[str, bytes]) -> dict[str, Problem | None]:
    """Start an interpreter without packages and compile each content; {} if it is no newer than ours.

    Raise CannotCheck if it reaches a limit.
    """
    import json

    from git_alembic.scratch.channel.cpu_limit import LimitReached, run_program

    question = json.dumps(_as_texts(contents)).encode("ascii")
    try:
        process = run_program(
            [python, "-I", "-S", _SCRIPT], cwd=os.path.dirname(_SCRIPT), seconds=_SECONDS, data=question
        )
        return _parse_problems(json.loads(process.output), contents)
    except LimitReached as limit:
        raise CannotCheck(f"{python} did not compile the new revisions {limit}") from None
    except (OSError, ValueError, LookupError, TypeError):  # no Python, or an old version
        return {}


def _as_texts(contents: Mapping[str, bytes]) -> dict[str, str]:
    """Return the contents with each byte as a character."""
    return {name: content.decode("latin-1") for name, content in contents.items()}


def _parse_problems(answer: Mapping[str, Any], contents: Mapping[str, bytes]) -> dict[str, Problem | None]:
    version = tuple(map(int, answer["version"]))
    if version <= sys.version_info[:2]:
        return {}
    name = f"not valid Python {'.'.join(map(str, version))}"
    return {blob: _problem(name, answer["problems"][blob]) for blob in contents}


def _problem(name: str, answer: Sequence[Any] | None) -> Problem | None:
    return None if answer is None else Problem(f"{name}: {answer[0]}", int(answer[1]))
