"""add customers.size

Revision ID: b2
Revises: a1

"""

import sqlalchemy as sa
from alembic import op

revision = "b2"
down_revision = "a1"


def upgrade():
    op.add_column("customers", sa.Column("size", sa.Integer(), server_default="1"))


def downgrade():
    op.drop_column("customers", "size")
