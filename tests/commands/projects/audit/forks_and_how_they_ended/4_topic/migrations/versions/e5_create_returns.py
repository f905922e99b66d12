"""create returns

Revision ID: e5
Revises: d4

"""

import sqlalchemy as sa
from alembic import op

revision = "e5"
down_revision = "d4"


def upgrade():
    op.create_table("returns", sa.Column("id", sa.Integer(), primary_key=True))


def downgrade():
    op.drop_table("returns")
