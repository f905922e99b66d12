"""Inspects the project's databases, explains why they disagree with the history, and moves them.

In: an environment and its history. Out: causes with evidence and repairs, or a move. Only a confirmed `sync` writes.
Other packages import `database_state`, `diagnosis`, `hint_after_checkout`, `inspection` and `sync.move_execution`.
"""
