"""Finds revisions that the checked-out history lacks, in everything that git still has.

In: revision ids. Out: where each was, and what removed it. Changes nothing.
Other packages import `removals`, `revision_query` and `search`.
"""
