"""create tasks

Revision ID: b2
Revises: a1

"""

import sqlalchemy as sa
from alembic import op

revision = "b2"
down_revision = "a1"


def upgrade():
    op.create_table(
        "tasks",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("state", sa.Enum("open", "done", name="state_kind")),
    )


def downgrade():
    op.drop_table("tasks")
