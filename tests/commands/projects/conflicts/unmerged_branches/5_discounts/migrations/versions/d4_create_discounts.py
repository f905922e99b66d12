"""create discounts

Revision ID: d4
Revises: b2

"""

import sqlalchemy as sa
from alembic import op

revision = "d4"
down_revision = "b2"


def upgrade():
    op.create_table("discounts", sa.Column("id", sa.Integer(), primary_key=True))


def downgrade():
    op.drop_table("discounts")
