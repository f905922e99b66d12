"""Runs on the other side of a command, and starts probes there for git-alembic. Standard library, Python 3.8.

In: trees and questions, as frames. Out: the probes' answers. It shares no file with git-alembic, and leaves none
behind.
"""
