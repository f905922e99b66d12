"""add customers.age

Revision ID: c3
Revises: a1

"""

import sqlalchemy as sa
from alembic import op

revision = "c3"
down_revision = "a1"


def upgrade():
    op.add_column("customers", sa.Column("age", sa.Integer()))


def downgrade():
    op.drop_column("customers", "age")
