"""The pathspecs with which git lists the folders of environments. Pure."""

import posixpath
from collections.abc import Collection, Iterable

from git_alembic.config.path_containment import ancestors, is_within_any
from git_alembic.git import escape_glob
from git_alembic.git.trees import Files


def likely_roots(paths: Iterable[str]) -> set[str]:
    """Return the script locations of paths in a folder `versions`. `read_touched` lists them first."""
    return {path.partition("/versions/")[0] for path in paths if "/versions/" in path}


def root_pathspecs(roots: Iterable[str]) -> list[str]:
    """Return the pathspecs of everything under the roots, and of the code above them."""
    return [
        *(f":(literal){root}/" if root else "." for root in sorted(roots)),
        *(f":(glob){escape_glob(folder)}/*.py" if folder else ":(glob)*.py" for folder in sorted(_above(roots))),
    ]


def drop_strays(listed: Files, matched: Iterable[str], roots: Collection[str]) -> Files:
    """Return a listing of CONFIGURATION and `root_pathspecs` without the paths that only CONFIGURATION matches.

    `matched` are all paths that it matches.
    """
    above = _above(roots)
    files = dict(listed)
    for path in matched:
        if not is_within_any(path, roots) and posixpath.dirname(path) not in above:
            del files[path]
    return files


def _above(roots: Iterable[str]) -> set[str]:
    """Return the folders above the roots. Their code may extend the configuration of an environment."""
    return {folder for root in roots for folder in ancestors(root) if folder != root}
