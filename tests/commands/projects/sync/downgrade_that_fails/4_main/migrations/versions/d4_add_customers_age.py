"""add customers.age

Revision ID: d4
Revises: b2

"""

import sqlalchemy as sa
from alembic import op

revision = "d4"
down_revision = "b2"


def upgrade():
    op.add_column("customers", sa.Column("age", sa.Integer()))


def downgrade():
    op.drop_column("customers", "age")
