"""create chores

Revision ID: c3
Revises: b2

"""

import sqlalchemy as sa
from alembic import op

revision = "c3"
down_revision = "b2"


def upgrade():
    op.create_table(
        "chores",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("state", sa.Enum("open", "done", name="state_kind")),
    )


def downgrade():
    op.drop_table("chores")
