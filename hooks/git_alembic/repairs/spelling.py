"""What was meant by a name that is no revision id."""

from __future__ import annotations

import posixpath

from git_alembic.graph import RevisionGraph
from git_alembic.revision import Revision

_NEAR = 0.8  # similarity from which on a spelling counts as a slip


def meant(graph: RevisionGraph, revision: Revision, name: str) -> str | None:
    """The id for a file name, the beginning of one id alone, or a near miss; never of what comes after `revision`."""
    after = graph.descendants((revision.id,))
    ids = [id_ for id_ in graph.ids if id_ not in after]
    stem = posixpath.basename(name).removesuffix(".py")
    for other in graph.revisions:
        if other.id not in after and stem and posixpath.basename(other.path).removesuffix(".py") == stem:
            return other.id
    longer = [id_ for id_ in ids if len(name) >= 4 and id_.startswith(name)]
    if len(longer) == 1:
        return longer[0]
    from difflib import get_close_matches

    near = get_close_matches(name, ids, n=1, cutoff=_NEAR) if len(name) >= 6 else []
    return near[0] if near else None
