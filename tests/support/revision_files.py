"""A revision file like Alembic's template writes it, and functions that read files."""

from __future__ import annotations

from git_alembic.revisions.parser import read_revision
from git_alembic.revisions.revision import Revision, Unreadable

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
