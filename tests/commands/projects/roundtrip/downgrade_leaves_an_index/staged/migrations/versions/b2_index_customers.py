"""index customers

Revision ID: b2
Revises: a1

"""

from alembic import op

revision = "b2"
down_revision = "a1"


def upgrade():
    op.execute("CREATE INDEX IF NOT EXISTS ix_customers ON customers (id)")


def downgrade():
    pass
