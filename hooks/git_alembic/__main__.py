"""`python -m git_alembic`."""

import sys

if sys.path[0] in ("", sys.path[0] and __import__("os").getcwd()):
    del sys.path[0]  # the project's own git.py is not the one that we import

from git_alembic.cli import run

run()
