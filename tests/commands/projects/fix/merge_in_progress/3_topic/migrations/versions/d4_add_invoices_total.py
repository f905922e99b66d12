"""add invoices.total

Revision ID: d4
Revises: b2

"""

import sqlalchemy as sa
from alembic import op

revision = "d4"
down_revision = "b2"


def upgrade():
    op.add_column("invoices", sa.Column("total", sa.String(100)))


def downgrade():
    op.drop_column("invoices", "total")
