"""Runs the project's code in the project's interpreter, for one question at a time. `main` describes both frames.

In: a question as JSON. Out: the answer as JSON. It imports nothing of git-alembic except itself and `scratch.channel`.
"""
