"""create invoices

Revision ID: c3
Revises: gone

"""

import sqlalchemy as sa
from alembic import op

revision = "c3"
down_revision = "gone"


def upgrade():
    op.create_table("invoices", sa.Column("id", sa.Integer(), primary_key=True))


def downgrade():
    op.drop_table("invoices")
