"""The plan of `git alembic fix`, from what is judged to the files that are written."""
