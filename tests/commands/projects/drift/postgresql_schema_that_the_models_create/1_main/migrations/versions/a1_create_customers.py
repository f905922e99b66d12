"""create customers

Revision ID: a1
Revises:

"""

revision = "a1"
down_revision = None


def upgrade():
    raise RuntimeError("databases are older than this history")


def downgrade():
    pass
