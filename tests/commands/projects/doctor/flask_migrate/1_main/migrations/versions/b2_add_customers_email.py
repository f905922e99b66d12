"""add customers.email

Revision ID: b2
Revises: a1

"""

import sqlalchemy as sa
from alembic import op

revision = "b2"
down_revision = "a1"


def upgrade():
    op.add_column("customers", sa.Column("email", sa.String(100)))


def downgrade():
    op.drop_column("customers", "email")
