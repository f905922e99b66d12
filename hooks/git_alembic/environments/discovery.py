"""Finds the environments of a tree, from its configuration and from the content of its folders."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from posixpath import basename, dirname
from typing import TYPE_CHECKING, Literal, NamedTuple

from git_alembic.config.path_containment import Paths, ancestors, is_within, is_within_any
from git_alembic.environments.configured_environments import Configuration, environment_error, list_configured
from git_alembic.environments.environment import Environment

if TYPE_CHECKING:
    from git_alembic.config.settings import Settings
    from git_alembic.revisions.revision import Revision

    Folders = Mapping[str, Sequence[Revision]]  # the revisions by folder
    Homes = dict[str, dict[str, Sequence[Revision]]]  # the revisions by script location and folder


def discover_environments(
    tree: Paths,
    read: Callable[[str], bytes],
    folders: "Folders",
    settings: "Settings",
) -> tuple[Environment, ...]:
    """Return all environments, by name. `folders` are the folders whose files are revisions by content.

    Raise CannotCheck like `configured_environments`, and if there is only a configuration that does not parse.
    """
    configuration = Configuration(tree, read)
    static = list_configured(configuration, settings)
    not_loaded: dict[Environment | None, list[str]] = {environment: [] for environment in (*static, None)}
    for folder in sorted(folders):
        if not any(environment.loads(folder) for environment in static):
            not_loaded[_owner(static, folder, configuration.tree)].append(folder)
    fixed = {entry.name: entry for entry in settings.environments if entry.version_locations}
    environments = [environment for environment in static if environment.name in fixed]
    for configured in environments:
        if not_loaded[configured] and not any(configured.loads(folder) for folder in folders):
            problem = f"its version_locations contain no revisions, but {not_loaded[configured][0]} does"
            raise environment_error(fixed[configured.name], problem)
    for configured in static:
        if configured.name not in fixed:
            reached = _find_reached_folders(configured, not_loaded[None], folders, configuration)
            not_loaded[None] = [folder for folder in not_loaded[None] if folder not in reached]
            environments += _complete(configured, [*not_loaded[configured], *reached], folders, configuration)
    if not settings.environments:
        environments += _by_content({folder: folders[folder] for folder in not_loaded[None]}, configuration)
        configuration.refuse_what_is_lost(folders)
    return tuple(sorted(environments, key=lambda environment: environment.name))


def _home(folder: str, tree: Paths) -> str | None:
    """Return the nearest folder that has an env.py: the folder itself or one above it."""
    return next((parent for parent in ancestors(folder) if tree.has_scripts(parent)), None)


def _owner(static: Iterable[Environment], folder: str, tree: Paths) -> Environment | None:
    """Return the environment around a folder that it does not load. None if the folder has its own env.py."""
    home = _home(folder, tree)
    owners = []
    for environment in static:
        scripts = environment.script_location
        has_own_scripts = home is not None and home != scripts and is_within(home, scripts)
        if (is_within(folder, scripts) and not has_own_scripts) or any(
            place and is_within(folder, place) for place in environment.versions
        ):
            owners.append(environment)
    return max(owners, key=lambda environment: len(environment.script_location), default=None)


def _complete(
    environment: Environment,
    other_folders: Sequence[str],
    folders: "Folders",
    configuration: Configuration,
) -> list[Environment]:
    """Add the folders that code adds to an environment. Separate histories become environments of their own.

    Without such code, the folders are archives or were moved by mistake, and Alembic does not load them.
    """
    loaded = [folder for folder in folders if environment.loads(folder)]
    if not other_folders or (loaded and not _is_completed_in_code(environment, configuration)):
        return [environment]
    groups = group_folders({folder: folders[folder] for folder in (*loaded, *other_folders)}, loaded)
    main = next((group for group in groups if set(group) & set(loaded)), ())
    others = [group for group in (groups if main else without_archives(groups)) if group != main]
    if not main and len(others) == 1:
        return [environment._replace(versions=others[0], recursive=False)]
    environments = [environment._replace(name=group[0], versions=group, recursive=False) for group in others]
    if main:
        added = tuple(folder for folder in main if folder not in environment.versions and folder in other_folders)
        environments.append(environment._replace(versions=environment.versions + added))
    return environments


def _find_reached_folders(
    environment: Environment,
    orphans: Sequence[str],
    folders: "Folders",
    configuration: Configuration,
) -> list[str]:
    """Return the folders outside, for example of plugins, that continue the revisions of an environment.

    Return [] unless the environment's code adds version locations.
    """
    loaded = [folder for folder in folders if environment.loads(folder)]
    if not loaded or not orphans or not _is_completed_in_code(environment, configuration):
        return []
    groups = group_folders({folder: folders[folder] for folder in (*loaded, *orphans)}, loaded)
    return [folder for group in groups if loaded[0] in group for folder in group if folder in orphans]


def _is_completed_in_code(environment: Environment, configuration: Configuration) -> bool:
    """True if code in or above the script_location mentions version_locations."""
    above = set(ancestors(environment.script_location))
    code = sorted(path for path in configuration.tree.files if path.endswith(".py") and dirname(path) in above)
    return any(b"version_locations" in configuration.read(path) for path in code)


def _by_content(folders: "Folders", configuration: Configuration) -> list[Environment]:
    """Return the environments that are in no configuration."""
    homes: Homes = {}
    for folder in folders:
        home = _home(folder, configuration.tree)
        if home is None:
            outermost = next(parent for parent in reversed(ancestors(folder)) if parent in folders)
            home = dirname(outermost) if basename(outermost) == "versions" else outermost
        homes.setdefault(home, {})[folder] = folders[folder]
    _join_added_folders(homes, configuration)
    environments = []
    for home, by_folder in homes.items():
        groups = without_archives(group_folders(by_folder))
        wrapper: Literal["alembic", "flask"] = "flask" if configuration.is_flask(home) else "alembic"
        for group in groups:
            name = home if len(groups) == 1 else group[0]
            environments.append(Environment(name or ".", home, group, wrapper=wrapper))
    return environments


def _join_added_folders(homes: "Homes", configuration: Configuration) -> None:
    """Move folders that code adds to an environment, and that continue its revisions, to that environment."""
    tree = configuration.tree
    orphans = {
        folder: by_folder[folder] for by_folder in homes.values() for folder in by_folder if _home(folder, tree) is None
    }
    with_scripts = [home for home in homes if tree.has_scripts(home)] if orphans else []
    for home in with_scripts:
        environment = Environment(home, home, tuple(homes[home]))
        for folder in _find_reached_folders(environment, list(orphans), {**homes[home], **orphans}, configuration):
            homes[home][folder] = orphans.pop(folder)
    for home in [home for home in homes if home not in with_scripts] if with_scripts else []:
        homes[home] = {folder: by_folder for folder, by_folder in homes[home].items() if folder in orphans}
        if not homes[home]:
            del homes[home]


def group_folders(folders: "Folders", together: Sequence[str] = ()) -> list[tuple[str, ...]]:
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
