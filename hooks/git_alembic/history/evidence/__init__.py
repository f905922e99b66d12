"""Adds to a change what git knows beyond the graphs: code, lost parents, reverts and other branches.

In: a change. Out: the same change with evidence. It looks up only what a rule can use, and imports
no rule.
Other packages import `evidence_collector` and `similar_ids`.
"""
