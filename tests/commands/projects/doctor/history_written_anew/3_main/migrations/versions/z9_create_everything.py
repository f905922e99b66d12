"""create everything

Revision ID: z9
Revises:

"""

import sqlalchemy as sa
from alembic import op

revision = "z9"
down_revision = None


def upgrade():
    op.create_table("customers", sa.Column("id", sa.Integer(), primary_key=True))
    op.create_table("orders", sa.Column("id", sa.Integer(), primary_key=True))
    op.create_table("invoices", sa.Column("id", sa.Integer(), primary_key=True))


def downgrade():
    op.drop_table("invoices")
    op.drop_table("orders")
    op.drop_table("customers")
