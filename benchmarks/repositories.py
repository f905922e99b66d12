"""Makes repositories to measure in: histories of one line, of any length, in any number of environments."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from pathlib import Path

from measuring import ENVIRONMENT

# The start of Alembic's template. The names in braces are for `format`.
HEADER = '''"""{message}

Revision ID: {id}
Revises: {down}
Create Date: 2026-01-02 03:04:05.678901

"""
from alembic import op
import sqlalchemy as sa


revision = {id!r}
down_revision = {parent!r}
branch_labels = None
depends_on = None
'''
# 1.6 KB; revisions of public projects have 1.6 to 2 KB on average.
REVISION = (
    HEADER.replace("{message}", "add account {number}")
    + """

def upgrade() -> None:
    op.create_table(
        "account_{number}",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("email", sa.String(length=320), nullable=True),
        sa.Column("is_active", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("settings", sa.JSON(), nullable=True),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["owner_id"], ["owner.id"], name="account_{number}_owner_fk", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("email", name="account_{number}_email_key"),
    )
    op.create_index("account_{number}_name_index", "account_{number}", ["name"], unique=False)
    with op.batch_alter_table("owner") as batch:
        batch.add_column(sa.Column("account_{number}_count", sa.Integer(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("owner") as batch:
        batch.drop_column("account_{number}_count")
    op.drop_index("account_{number}_name_index", table_name="account_{number}")
    op.drop_table("account_{number}")
"""
)


def revision_id(environment: int, number: int) -> str:
    """Return twelve hexadecimal digits in no order, like Alembic's."""
    return f"{(environment * 7919 + number + 1) * 2654435761 * 40503 % 2**48:012x}"


def revision(environment: int, number: int) -> tuple[str, str]:
    """Return (file name, content) of a revision of an unforked line."""
    id_, parent = revision_id(environment, number), revision_id(environment, number - 1) if number else None
    return f"{id_}_add_account.py", REVISION.format(id=id_, parent=parent, down=parent or "", number=number)


def home(environment: int, environments: int) -> str:
    return "" if environments == 1 else f"services/s{environment:03}/"


def project(revisions: int, environments: int) -> Iterator[tuple[str, str]]:
    """Yield (path, content) of every file of the project."""
    yield "README.md", "A project.\n"
    yield "src/app.py", "NAME = 'app'\n"
    for environment in range(environments):
        at = home(environment, environments)
        yield f"{at}alembic.ini", f"[alembic]\nscript_location = %(here)s/migrations\n# {environment}\n"
        yield f"{at}migrations/env.py", "from alembic import context\n"
        for number in range(revisions):
            name, text = revision(environment, number)
            yield f"{at}migrations/versions/{name}", text


def git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        ("git", *arguments), cwd=folder, env=ENVIRONMENT, check=True, stdout=subprocess.PIPE, text=True
    )
    return done.stdout.strip()


def build(folder: Path, revisions: int, environments: int = 1, more: Iterable[tuple[str, str]] = ()) -> Path:
    """Make a repository with one commit, checked out, with `more` files."""
    start = b"commit refs/heads/main\ncommitter Ada <ada@example.org> 1767322800 +0000\ndata 5\nstart\n"
    return imported(folder, chain([start], map(written, chain(project(revisions, environments), more))))


def lived(folder: Path, commits: int) -> Path:
    """Make a repository with this number of commits. Every tenth adds a revision."""

    def lines() -> Iterator[bytes]:
        for number in range(commits):
            when = 1600000000 + 3600 * number
            yield f"commit refs/heads/main\ncommitter Ada <ada@example.org> {when} +0000\ndata 4\nwork\n".encode()
            if number == 0:
                yield from map(written, project(1, 1))
            elif number % 10 == 0:
                name, text = revision(0, number // 10)
                yield written((f"migrations/versions/{name}", text))
            yield written(("src/app.py", f"NAME = 'app {number}'\n"))

    return imported(folder, lines())


def written(file: tuple[str, str]) -> bytes:
    """Return a file in the form for `git fast-import`."""
    path, text = file
    return f"M 644 inline {path}\ndata {len(text)}\n{text}\n".encode()


def imported(folder: Path, lines: Iterable[bytes]) -> Path:
    """Make a repository from lines for `git fast-import`, checked out."""
    folder.mkdir()
    git(folder, "init", "-q", "-b", "main")
    command = ("git", "fast-import", "--quiet")
    with subprocess.Popen(command, cwd=folder, env=ENVIRONMENT, stdin=subprocess.PIPE) as importing:
        assert importing.stdin is not None
        importing.stdin.writelines(lines)
    assert importing.returncode == 0
    git(folder, "reset", "-q", "--hard")
    return folder


def stage(folder: Path, files: Iterable[tuple[str, str]]) -> Path:
    written = dict(files)
    for path, text in written.items():
        (folder / path).write_text(text, encoding="utf-8")
    git(folder, "add", "--", *written)
    return folder


def unrelated(folder: Path) -> Path:
    """Stage a change that is unrelated to migrations."""
    return stage(folder, [("README.md", "A better project.\n"), ("src/app.py", "NAME = 'better'\n")])


def extended(folder: Path, revisions: int, environments: int = 1, extend: Iterable[int] = (0,)) -> Path:
    """Stage a new revision in each environment of `extend`."""
    new = []
    for environment in extend:
        name, text = revision(environment, revisions)
        new.append((f"{home(environment, environments)}migrations/versions/{name}", text))
    return stage(folder, new)


def commit(folder: Path, branch: str) -> str:
    """Commit the staged changes to a new branch, go back to the start, and return the new commit."""
    start = git(folder, "symbolic-ref", "--short", "HEAD")
    git(folder, "checkout", "-q", "-b", branch)
    git(folder, "-c", "user.name=Ada", "-c", "user.email=ada@example.org", "commit", "-q", "-m", branch)
    made = git(folder, "rev-parse", "HEAD")
    git(folder, "checkout", "-q", start)
    return made


def published(folder: Path, bare: Path) -> Path:
    """Push to a new bare `origin` that the hooks don't contact."""
    stage(folder, [("pyproject.toml", '[tool.git-alembic]\nfetch = "never"\n')])
    git(folder, "update-ref", "refs/heads/main", commit(folder, "configured"))
    git(folder, "reset", "-q", "--hard")
    git(folder.parent, "init", "-q", "--bare", "-b", "main", str(bare))
    git(folder, "remote", "add", "origin", str(bare))
    git(folder, "push", "-q", "origin", "main")
    return folder


def branched(folder: Path, revisions: int, branches: int, bringing: int) -> Path:
    """Add remote-tracking branches. The first ones add a revision, and the others only code."""
    start = git(folder, "rev-parse", "origin/main")
    parent = revision_id(0, revisions - 1)

    def lines() -> Iterator[bytes]:
        for number in range(branches):
            yield f"commit refs/remotes/origin/topic-{number:03}\n".encode()
            yield b"committer Ada <ada@example.org> 1767400000 +0000\ndata 4\nwork\n" + f"from {start}\n".encode()
            id_ = f"b{number:011x}"
            text = REVISION.format(id=id_, parent=parent, down=parent, number=number)
            path = f"migrations/versions/{id_}_add_account.py" if number < bringing else f"src/topic_{number}.py"
            yield written((path, text if number < bringing else f"NUMBER = {number}\n"))

    command = ("git", "fast-import", "--quiet", "--force")
    subprocess.run(command, cwd=folder, env=ENVIRONMENT, input=b"".join(lines()), check=True)
    return folder


def forget(folder: Path) -> Callable[[], None]:
    """Return a function that removes our cache and the bytecode of the revisions."""

    def prepare() -> None:
        for cache in (folder / ".git/git-alembic", folder / "git-alembic", *folder.rglob("__pycache__")):
            shutil.rmtree(cache, ignore_errors=True)

    return prepare
