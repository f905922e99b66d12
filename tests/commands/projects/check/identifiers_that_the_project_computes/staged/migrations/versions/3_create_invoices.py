"""create invoices

Revision ID: shop0003
Revises: a1

"""

import sqlalchemy as sa
from alembic import op
from naming import number

revision = number(3)
down_revision = "a1"


def upgrade():
    op.create_table("invoices", sa.Column("id", sa.Integer(), primary_key=True))


def downgrade():
    op.drop_table("invoices")
