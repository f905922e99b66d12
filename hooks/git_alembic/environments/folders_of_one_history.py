"""Groups version folders into histories, by the ids and parents of their revisions. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from git_alembic.config.repository_paths import is_within_any

if TYPE_CHECKING:
    from git_alembic.revisions.revision import Revision


def group_folders(folders: "Mapping[str, Sequence[Revision]]", together: Sequence[str] = ()) -> list[tuple[str, ...]]:
    """Group the folders. A folder joins the folder that has the parents or dependencies that it lacks.

    Folders that share an id and each have a base are two versions of one history (one folder per dialect). They stay
    separate, even if a revision in one folder names a revision in the other by mistake.
    """
    contents = {folder: _Contents.of(revisions) for folder, revisions in folders.items()}
    groups = {folder: {folder} for folder in folders}
    for first, second in (*((together[0], folder) for folder in together), *_links(contents)):
        both = groups[first] | groups[second]
        groups.update(dict.fromkeys(both, both))
    return sorted({tuple(sorted(group)) for group in groups.values()})


class _Contents(NamedTuple):
    """The declarations of a folder's revisions, and the parents and dependencies that are missing there."""

    ids: frozenset[str]
    labels: frozenset[str]
    lacking: frozenset[str]
    has_base: bool

    @staticmethod
    def of(revisions: "Sequence[Revision]") -> "_Contents":
        ids = frozenset(revision.id for revision in revisions)
        labels = frozenset(label for revision in revisions for label in revision.labels)
        parents = frozenset(name for revision in revisions for name in revision.down + revision.depends)
        return _Contents(ids, labels, parents - ids - labels, not all(revision.down for revision in revisions))


def _links(contents: Mapping[str, _Contents]) -> Iterator[tuple[str, str]]:
    """Pair each folder with the folders that have something it lacks."""
    for folder, lacks in contents.items():
        for other, offers in contents.items():
            are_versions = lacks.has_base and offers.has_base and not lacks.ids.isdisjoint(offers.ids)
            if not are_versions and not lacks.lacking.isdisjoint(offers.ids | offers.labels):
                yield folder, other


def without_archives(groups: Sequence[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Return the groups that are not completely inside folders of another group."""

    def is_inner(group: tuple[str, ...]) -> bool:
        outer = [folder for other in groups if other != group for folder in other]
        return all(is_within_any(folder, outer) for folder in group)

    return [group for group in groups if not is_inner(group)]
