"""`python -m git_alembic`."""

import sys

if sys.path[0] in ("", sys.path[0] and __import__("os").getcwd()):
    del sys.path[0]  # otherwise we would import the project's own git.py

from git_alembic.cli import run

run()
