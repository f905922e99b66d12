"""A revision file like Alembic's template writes it, and functions that read files."""

from __future__ import annotations

from git_alembic.revisions.parser import read_revision
from git_alembic.revisions.revision import Revision, Unreadable
from tests.support.project import TEMPLATE

HEALTHY = b'''"""add a table

Revision ID: 1a2b
Revises: 0f0f
Create Date: 2026-01-02 03:04:05

"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa

# revision identifiers, used by Alembic.
revision: str = "1a2b"
down_revision: Union[str, Sequence[str], None] = "0f0f"
branch_labels: Union[str, Sequence[str], None] = ("billing",)
depends_on: Union[str, Sequence[str], None] = ["9c9c", "8d8d"]


def upgrade() -> None:
    revision = "not this one"
    op.create_table("a")
'''


def revision(text: str | bytes, name: str = "x.py") -> Revision:
    found = read_revision(f"migrations/versions/{name}", "0123", text.encode() if isinstance(text, str) else text)
    assert isinstance(found, Revision), found
    return found


def unreadable(text: str | bytes, name: str = "x.py") -> Unreadable:
    found = read_revision(f"migrations/versions/{name}", "0123", text.encode() if isinstance(text, str) else text)
    assert isinstance(found, Unreadable), found
    return found


def file_of(declared: Revision) -> bytes:
    """Return the file of a revision, as Alembic's template writes it."""
    down = declared.down if len(declared.down) > 1 else (declared.down or (None,))[0]
    revises = ", ".join(declared.down) if declared.doc_down is None else ", ".join(declared.doc_down)
    return TEMPLATE.format(
        message=declared.message,
        id=declared.id,
        revises=revises,
        down=down,
        labels=declared.labels or None,
        depends=declared.depends or None,
        body="pass",
    ).encode()
