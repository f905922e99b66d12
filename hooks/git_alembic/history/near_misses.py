"""What was meant by a name that is no revision id."""

from __future__ import annotations

import posixpath
from collections.abc import Collection
from typing import Literal, NamedTuple

from git_alembic.history.graph import RevisionGraph

_NEAR = 0.8  # similarity from which on a spelling counts as a slip


class Meant(NamedTuple):
    """The id that was meant, and what was written instead of it."""

    id: str
    written: Literal["file name", "beginning", "slip"]


def meant(graph: RevisionGraph, name: str, never: Collection[str] = ()) -> Meant | None:
    """The id of the file of this name, the one that begins so, or a near miss; none of those that are `never` meant."""
    ids = [id_ for id_ in graph.ids if id_ not in never]
    stem = posixpath.basename(name).removesuffix(".py")
    for other in graph.revisions:
        if other.id not in never and stem and posixpath.basename(other.path).removesuffix(".py") == stem:
            return Meant(other.id, "file name")
    longer = [id_ for id_ in ids if len(name) >= 4 and id_.startswith(name)]
    if len(longer) == 1:
        return Meant(longer[0], "beginning")
    from difflib import get_close_matches

    near = get_close_matches(name, ids, n=1, cutoff=_NEAR) if len(name) >= 6 else []
    return Meant(near[0], "slip") if near else None
