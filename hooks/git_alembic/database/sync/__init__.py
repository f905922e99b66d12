"""`git alembic sync`: the plan that moves a database to the heads of the working tree, and its execution.

In: the facts on each database. Out: plans, or databases that were moved. It doesn't diagnose, and doctor never imports it.
"""
