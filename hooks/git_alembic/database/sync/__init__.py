"""Plans `git alembic sync`, which moves a database to the heads of the working tree, and runs the plan.

In: the facts on each database. Out: plans as values and lines, or databases that were moved. It doesn't diagnose.
Other packages import `move_execution`.
"""
