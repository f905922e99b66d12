"""merge heads

Revision ID: e5
Revises: b2, c3

"""

revision = "e5"
down_revision = ("b2", "c3")


def upgrade():
    pass


def downgrade():
    pass
