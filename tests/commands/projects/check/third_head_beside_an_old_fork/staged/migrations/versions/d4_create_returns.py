"""create returns

Revision ID: d4
Revises: a1

"""

import sqlalchemy as sa
from alembic import op

revision = "d4"
down_revision = "a1"


def upgrade():
    op.create_table("returns", sa.Column("id", sa.Integer(), primary_key=True))


def downgrade():
    op.drop_table("returns")
