"""Makes a merge revision with the project's own Alembic (its template, names and hooks), or writes a plain one."""

from __future__ import annotations

import os
import posixpath
import re
from collections.abc import Collection, Sequence
from typing import NamedTuple

from git_alembic.environments.environment import Environment
from git_alembic.history.graph import RevisionGraph
from git_alembic.lost_revisions.revision_query import list_python_files
from git_alembic.repair.file_writer import FileWriter
from git_alembic.revisions.revision import Revision
from git_alembic.revisions.syntax_tree import decode

_SECONDS = 120  # of CPU time, or without any; Flask-Migrate first loads the whole application
MESSAGE = "merge heads"
_STYLE = r"(?m)^revision[ \t]*(:[^=\n]+)?=[ \t]*[uU]?(['\"])"
_TEMPLATE = '''"""{message}

Revision ID: {id}
Revises: {revises}
Create Date: {now}

"""
{typing}
# revision identifiers, used by Alembic.
revision{one} = {id_quoted}
down_revision{several} = ({down})
branch_labels{several} = None
depends_on{several} = None


def upgrade(){returns}:
    pass


def downgrade(){returns}:
    pass
'''


def run_alembic_merge(files: FileWriter, environment: Environment, merge: MergeRevision, top: str) -> str:
    """Write the merge revision. Return a sentence that says why the project's Alembic couldn't do it, or ""."""
    command = environment.command("merge", "-m", MESSAGE, "--rev-id", merge.id, *merge.heads)
    before = _python_files(top, environment.versions)
    problem = _failure(command, os.path.join(top, environment.cwd))
    new = sorted(_python_files(top, environment.versions) - before)
    for path in new:
        files.note_created(path)
    if not problem and len(new) == 1:
        return ""
    for path in new:
        os.unlink(os.path.join(top, path))
    files.write(merge.path, merge.data)
    reason = problem or "it did not write a file"
    return f"`{command[0]} merge` could not be run ({reason}), so git-alembic wrote a plain merge revision"


def _python_files(top: str, folders: Sequence[str]) -> set[str]:
    return {path for folder in folders for path in list_python_files(top, folder)}


def _failure(command: Sequence[str], folder: str) -> str:
    """Run a command as the user would. Return its last message if it failed, else ""."""
    import shutil

    from git_alembic.scratch.channel.cpu_limit import LimitReached, run_program

    if shutil.which(command[0]) is None:
        return "it is not on PATH"
    environ = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    environ["PYTHONDONTWRITEBYTECODE"] = "1"  # otherwise it leaves __pycache__ in the version folder
    try:
        process = run_program(command, cwd=folder, env=environ, seconds=_SECONDS)
    except OSError as error:
        return " ".join(str(error).split())
    except LimitReached as limit:
        return f"it did not finish {limit}"
    lines = process.errors.decode("utf-8", "replace").strip().splitlines()
    return "" if process.code == 0 else (lines[-1] if lines else f"exit code {process.code}")


class MergeRevision(NamedTuple):
    """A merge revision of some heads. `path` and `data` are used only if the project's own Alembic can't make it."""

    id: str
    heads: tuple[str, ...]
    path: str
    data: bytes


def make_merge_revision(
    graph: RevisionGraph, heads: Sequence[str], like: Revision, sample: bytes, now: str
) -> MergeRevision:
    """Make a merge revision beside the revision `like`. `sample` shows its quotes, annotations and line endings."""
    folder = posixpath.dirname(like.path)
    id_ = new_id(graph, folder, *heads)
    text, _ = decode(sample)
    style = re.search(_STYLE, text.replace("\r\n", "\n"))
    annotated, quote = bool(style and style[1]), style[2] if style else '"'
    content = _TEMPLATE.format(
        message=MESSAGE, id=id_, revises=", ".join(heads), now=now, id_quoted=_quote(id_, quote),
        down=", ".join(_quote(head, quote) for head in heads), returns=" -> None" if annotated else "",
        one=": str" if annotated else "", several=": Union[str, Sequence[str], None]" if annotated else "",
        typing="from typing import Sequence, Union\n" if annotated else "",
    )  # fmt: skip
    newline = "\r\n" if "\r\n" in text else "\n"
    path = posixpath.join(folder, f"{id_}_merge_heads.py")
    return MergeRevision(id_, tuple(heads), path, content.replace("\n", newline).encode())


def new_id(graph: RevisionGraph, *seeds: str) -> str:
    """Return twelve hexadecimal digits that no revision has.

    The same seeds give the same id, so the plan stays valid.
    """
    from hashlib import sha256

    number = 0
    while True:
        text = "\0".join([*seeds, str(number)])
        id_ = sha256(text.encode("utf-8", "surrogateescape")).hexdigest()[:12]
        if id_ not in graph and not id_.isdigit():
            return id_
        number += 1


def next_number(ids: Collection[str], id_: str) -> str:
    """Return the number after the highest of the ids, with the width of `id_`.

    "" unless all are numbers of that width.
    """
    if not all(other.isascii() and other.isdecimal() and len(other) == len(id_) for other in ids):
        return ""
    return f"{max(map(int, ids)) + 1:0{len(id_)}}"


def _quote(id_: str, quote: str) -> str:
    is_plain = id_.isprintable() and "\\" not in id_ and quote not in id_
    return quote + id_ + quote if is_plain else ascii(id_)
