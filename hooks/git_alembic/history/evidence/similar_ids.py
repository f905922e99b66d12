"""Finds the revision that a wrong name in `down_revision` or `depends_on` is close to."""

from __future__ import annotations

import posixpath
from collections.abc import Collection
from typing import Literal, NamedTuple

from git_alembic.history.graph import RevisionGraph

_NEAR = 0.8  # a spelling with at least this similarity counts as a typo


class SimilarId(NamedTuple):
    """The id that is close, and the name that was written instead."""

    id: str
    written: Literal["file name", "beginning", "case", "slip"]


def find_similar_id(graph: RevisionGraph, name: str, never: Collection[str] = ()) -> SimilarId | None:
    """Find an id by its file's name, by its start, or by a similar spelling. Never return an id of `never`."""
    ids = [id_ for id_ in graph.ids if id_ not in never]
    stem = posixpath.basename(name).removesuffix(".py")
    for other in graph.revisions:
        if other.id not in never and stem and posixpath.basename(other.path).removesuffix(".py") == stem:
            return SimilarId(other.id, "file name")
    longer = [id_ for id_ in ids if len(name) >= 4 and id_.startswith(name)]
    if len(longer) == 1:
        (only,) = longer
        return SimilarId(only, "beginning")
    same = [id_ for id_ in ids if id_ != name and id_.casefold() == name.casefold()]
    if len(same) == 1:
        (only,) = same
        return SimilarId(only, "case")
    from difflib import get_close_matches

    near = get_close_matches(name, ids, cutoff=_NEAR) if len(name) >= 6 else []
    return SimilarId(near[0], "slip") if near else None
