"""forget old values

Revision ID: c3
Revises: b2

"""

from alembic import op

revision = "c3"
down_revision = "b2"


def upgrade():
    op.execute("UPDATE customers SET email = NULL")


def downgrade():
    raise NotImplementedError("the old values are gone")
