"""`python -m git_alembic`."""

from git_alembic.cli import run

run()
