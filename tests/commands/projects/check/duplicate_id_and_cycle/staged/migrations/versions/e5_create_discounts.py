"""create discounts

Revision ID: e5
Revises: c3

"""

import sqlalchemy as sa
from alembic import op

revision = "e5"
down_revision = "c3"


def upgrade():
    op.create_table("discounts", sa.Column("id", sa.Integer(), primary_key=True))


def downgrade():
    op.drop_table("discounts")
