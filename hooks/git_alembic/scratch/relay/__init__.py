"""What runs on the other side of a command: starts probes there, for git-alembic here. Standard library, Python 3.8.

In: trees and questions, as frames. Out: the probes' answers. Shares no file with git-alembic, and leaves none behind.
"""
