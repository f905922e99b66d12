"""Finds revisions that the checked-out history lacks in everything that git still has.

In: revision ids. Out: where each revision was, and what removed it. It changes nothing.
Other packages import `removals`, `revision_query` and `search`.
"""
