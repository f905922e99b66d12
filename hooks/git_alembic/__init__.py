"""git-alembic: git hooks that keep Alembic migrations whole."""

__version__ = "0.2.0"
