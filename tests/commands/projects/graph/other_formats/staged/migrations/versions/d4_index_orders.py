"""index orders

Revision ID: d4
Revises: b2

"""

from alembic import op

revision = "d4"
down_revision = "b2"
depends_on = "a1"


def upgrade():
    op.create_index("ix_orders", "orders", ["id"])


def downgrade():
    op.drop_index("ix_orders")
