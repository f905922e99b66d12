"""create returns

Revision ID: d4
Revises: c3

"""

import sqlalchemy as sa
from alembic import op

revision = "d4"
down_revision = "c3"


def upgrade():
    op.create_table("returns", sa.Column("id", sa.Integer(), primary_key=True))


def downgrade():
    op.drop_table("returns")
