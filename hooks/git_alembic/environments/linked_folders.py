"""Groups version folders into histories, by the ids and parents of their revisions. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from git_alembic.config.tree_paths import within_any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from git_alembic.revisions.revision import Revision


def linked(folders: Mapping[str, Sequence[Revision]], together: Sequence[str] = ()) -> list[tuple[str, ...]]:
    """Group the folders. A folder joins the folder that has the parents or dependencies that it lacks.

    Folders that share an id and each have a base are two versions of one history (one folder per dialect). They stay
    apart, even if a revision of one names a revision of the other by mistake.
    """
    ids = {folder: {revision.id for revision in revisions} for folder, revisions in folders.items()}
    labels = {
        folder: {label for revision in revisions for label in revision.labels} for folder, revisions in folders.items()
    }
    bases = {folder for folder, revisions in folders.items() if any(not revision.down for revision in revisions)}
    group = {folder: {folder} for folder in folders}

    def join(first: str, second: str) -> None:
        both = group[first] | group[second]
        group.update(dict.fromkeys(both, both))

    for folder in together:
        join(together[0], folder)
    for folder, revisions in folders.items():
        named = {name for revision in revisions for name in revision.down + revision.depends}
        lacking = named - ids[folder] - labels[folder]
        for other, offered in ids.items():
            twice = ids[folder] & offered and {folder, other} <= bases
            if lacking & (offered | labels[other]) and not twice:
                join(folder, other)
    return sorted({tuple(sorted(members)) for members in group.values()})


def without_archives(groups: Sequence[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Return the groups that are not completely inside folders of another group."""

    def inner(group: tuple[str, ...]) -> bool:
        outer = [folder for other in groups if other != group for folder in other]
        return all(within_any(folder, outer) for folder in group)

    return [group for group in groups if not inner(group)]
