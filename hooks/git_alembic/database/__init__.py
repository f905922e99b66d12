"""What the project's databases hold, why they disagree with the history, and how to move them.

In: an environment and its history. Out: causes with evidence and repairs, or a move. Only a confirmed `sync` writes.
Other packages import `cause`, `diagnosis`, `inspection`, `state` and `sync.move`.
"""
