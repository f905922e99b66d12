"""add customers.name

Revision ID: a1
Revises:

"""

import sqlalchemy as sa
from alembic import op

revision = "a1"
down_revision = None


def upgrade():
    op.add_column("customers", sa.Column("name", sa.String(50)))


def downgrade():
    op.drop_column("customers", "name")
