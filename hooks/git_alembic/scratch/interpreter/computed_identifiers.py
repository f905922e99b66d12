"""Loads revision files with computed identifiers in the project's interpreter (`unreadable = "ask-project"`)."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from git_alembic.config.settings import Settings
from git_alembic.errors import CannotCheck
from git_alembic.git import Repository
from git_alembic.revisions.revision import Revision, Unreadable

if TYPE_CHECKING:
    from git_alembic.scratch.interpreter.project_python import Interpreter

SECONDS = 60
_TREE = "tree"  # the name of the working tree in requests to a command


class IdentifierLoader:
    """Runs revision files of a repository's working tree in the project's interpreter."""

    def __init__(self, repository: Repository) -> None:
        self._repository = repository
        self._top = repository.top

    def __call__(
        self, settings: Settings, files: Sequence[Unreadable], contents: Mapping[str, bytes]
    ) -> list[Revision | Unreadable]:
        """Call `load_identifiers`. Raise CannotCheck without a working tree."""
        from git_alembic.scratch.interpreter.project_python import interpreter

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

    from git_alembic.scratch.interpreter.probe_process import run_probe
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
        question = {"work": "computed_identifiers", "files": paths, **where}
        answers: list[dict[str, Any]] = run_probe(python, question, folder=folder, cwd=top, seconds=SECONDS)
    return [_parse(file, answer) for file, answer in zip(files, answers, strict=True)]


def _load_by_command(
    repository: Repository, python: Interpreter, files: Sequence[Unreadable], contents: Mapping[str, bytes]
) -> list[Revision | Unreadable]:
    """Load files that import the project from the working tree."""
    from git_alembic.scratch.checkout import WORKING_TREE
    from git_alembic.scratch.remote.relay_session import open_session_with_probe
    from git_alembic.scratch.remote.tree_upload import send_tree

    by_name = {f"{number}_{posixpath.basename(file.path)}": contents[file.blob] for number, file in enumerate(files)}
    env_py = posixpath.normpath(posixpath.join(posixpath.dirname(files[0].path), "..", "env.py"))
    request = {
        "do": "ask",
        "tree": _TREE,
        "question": {"work": "computed_identifiers", "cwd": ".", "files": list(by_name)},
        "states": {},
        "more": {name: content.decode("latin-1") for name, content in by_name.items()},
        "env": {},
        "seconds": SECONDS,
    }
    with open_session_with_probe(python, repository.top or "") as session:
        send_tree(session, repository, WORKING_TREE, env_py, _TREE)
        answers: list[dict[str, Any]] = session.ask_probe(request)
    return [_parse(file, answer) for file, answer in zip(files, answers, strict=True)]


def _parse(file: Unreadable, answer: Mapping[str, Any]) -> Revision | Unreadable:
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
