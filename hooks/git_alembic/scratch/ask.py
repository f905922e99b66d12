"""Identifiers that only running a file gives, asked of the project's interpreter (`unreadable = "ask-project"`)."""

from __future__ import annotations

import json
import os
import posixpath
from collections.abc import Mapping, Sequence
from typing import Any

from git_alembic.errors import CannotJudge
from git_alembic.revision import Revision, Unreadable

SECONDS = 60
_PROBE = os.path.join(os.path.dirname(__file__), "probe", "identifiers.py")


def ask(
    python: str, top: str, files: Sequence[Unreadable], contents: Mapping[str, bytes]
) -> list[Revision | Unreadable]:
    """What running each file gives, in order; the files are run as the commit has them, from a temporary folder.

    `contents` maps blob ids to content. Raises CannotJudge where the interpreter fails as a whole.
    """
    import tempfile

    with tempfile.TemporaryDirectory(prefix="git-alembic-") as folder:
        paths = []
        for number, file in enumerate(files):
            place = os.path.join(folder, str(number))
            os.mkdir(place)
            paths.append(os.path.join(place, posixpath.basename(file.path)))
            with open(paths[-1], "wb") as stream:
                stream.write(contents[file.blob])
        answers = _run(python, top, paths, folder)
    return [_reading(file, answer) for file, answer in zip(files, answers, strict=True)]


def _run(python: str, top: str, paths: Sequence[str], folder: str) -> list[dict[str, Any]]:
    import subprocess

    question, answer = os.path.join(folder, "question.json"), os.path.join(folder, "answer.json")
    with open(question, "w", encoding="utf-8") as stream:
        json.dump({"files": paths, "answer": answer}, stream)
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "PYTHON"))}
    try:
        done = subprocess.run(
            [python, _PROBE, question],
            cwd=top,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            timeout=SECONDS,
        )
        with open(answer, encoding="utf-8") as stream:
            found: list[dict[str, Any]] = json.load(stream)
    except subprocess.TimeoutExpired as error:
        raise CannotJudge(f"{python} did not say within {SECONDS} seconds what the revision files declare") from error
    except (OSError, ValueError) as error:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()[-1:] if "done" in locals() else [str(error)]
        raise CannotJudge(f"{python} could not say what the revision files declare: {' '.join(said)}") from error
    return found


def _reading(file: Unreadable, answer: Mapping[str, Any]) -> Revision | Unreadable:
    if "error" in answer:
        return Unreadable(file.path, file.blob, f"running it failed: {answer['error']}", file.line, file.allowed)
    lists = (tuple(answer[name]) for name in ("down_revision", "depends_on", "branch_labels"))
    down, depends, labels = lists
    return Revision(
        file.path, file.blob, answer["revision"], down, depends, labels, answer["message"], allowed=file.allowed
    )
