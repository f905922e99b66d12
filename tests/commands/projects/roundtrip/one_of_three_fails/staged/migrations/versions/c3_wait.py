"""wait

Revision ID: c3
Revises: b2

"""

revision = "c3"
down_revision = "b2"


def upgrade():
    pass


def downgrade():
    raise NotImplementedError
