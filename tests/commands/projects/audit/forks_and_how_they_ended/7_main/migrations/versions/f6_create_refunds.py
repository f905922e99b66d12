"""create refunds

Revision ID: f6
Revises: e5

"""

import sqlalchemy as sa
from alembic import op

revision = "f6"
down_revision = "e5"


def upgrade():
    op.create_table("refunds", sa.Column("id", sa.Integer(), primary_key=True))


def downgrade():
    op.drop_table("refunds")
