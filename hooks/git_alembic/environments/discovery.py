"""The environments of a tree: from its configuration, and from what its folders hold."""

from __future__ import annotations

import re
from posixpath import basename, dirname, relpath
from typing import TYPE_CHECKING, Literal, NamedTuple

from git_alembic.config.alembic_config import Section, ini_sections, refuse_broken_ini, toml_section
from git_alembic.config.script_location import find_script_folders
from git_alembic.config.tree_paths import HERE, Paths, ancestors, inside, joined, within, within_any
from git_alembic.environments.version_folders import linked, without_archives
from git_alembic.errors import CannotJudge

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from git_alembic.config.settings import EnvironmentSettings, Settings
    from git_alembic.revisions.revision import Revision

_TEMPLATED = re.compile(r"\{\{|\{%|\$\{|<%|@@")
_SCRIPT_LOCATION = re.compile(rb"^[ \t]*script_location[ \t]*[=:]", re.MULTILINE)


APPLICATIONS = ("app.py", "wsgi.py", ".flaskenv", ".env")  # by these `flask` finds an application in its folder


class Environment(NamedTuple):
    """One history: the folders whose files Alembic loads together, and how to call Alembic for it.

    Folders are relative to the repository root with "/", "" is the root; but `cwd`, the folder from which the project's
    commands run, is "." for the root. `config` is None for what was found by content.
    """

    name: str
    script_location: str
    versions: tuple[str, ...]
    recursive: bool = False
    config: str | None = None
    section: str = "alembic"
    wrapper: Literal["alembic", "flask"] = "alembic"
    cwd: str = "."
    external_parents: bool = False  # parents may be in other packages, which the tree does not hold
    elsewhere: tuple[str, ...] = ()  # version locations that the tree does not hold, as written
    sourceless: bool = False  # Alembic loads .pyc files too
    runner: tuple[str, ...] = ()  # what a printed command needs before it, such as "uv run"; see `command_runner`
    heads_file: str = ""  # the path of the file with the heads, "" if the settings don't want it

    def holds(self, path: str) -> bool:
        """Whether Alembic would load this file as a revision."""
        folder, _, name = path.rpartition("/")
        return is_revision_file(name) and self.loads(folder)

    def loads(self, folder: str) -> bool:
        """Whether Alembic would load the revision files of this folder."""
        if folder in self.versions:
            return not folder.endswith("__pycache__")
        deep = self.recursive and not folder.endswith("__pycache__")
        return deep and within_any(folder, self.versions)

    def command(self, *args: str) -> tuple[str, ...]:
        """The argv of one of the project's Alembic commands, to be run from `cwd`."""
        if self.wrapper == "flask":
            folder = relpath(self.script_location or ".", self.cwd)
            directory = () if folder == "migrations" else ("-d", folder)
            return (*self.runner, "flask", "db", *args[:1], *directory, *args[1:])
        config = relpath(self.config, self.cwd) if self.config else "alembic.ini"
        chosen = () if config in ("alembic.ini", "pyproject.toml") else ("-c", config)
        named = () if self.section == "alembic" else ("-n", self.section)
        return (*self.runner, "alembic", *chosen, *named, *args)


def is_revision_file(name: str) -> bool:
    """Whether Alembic would take a file of this name for a revision: `(?!\\.\\#|__init__)(.*\\.py)$`."""
    # The first letter settles it for most: there may be ten thousand names.
    odd = name[:1] in "._" and name.startswith((".#", "__init__"))
    return name[-3:] == ".py" and not odd and "\n" not in name


def configured(files: Collection[str], read: Callable[[str], bytes], settings: Settings) -> tuple[Environment, ...]:
    """The environments that configuration alone shows, by name. A file that does not parse shows none.

    `files` may be part of a tree, if it has all ini files, pyproject.toml files and env.py. CannotJudge where the
    settings name an environment that the tree has not.
    """
    return _configured(_Configuration(Paths.of(files), read), settings)


def discover(
    tree: Paths,
    read: Callable[[str], bytes],
    folders: Mapping[str, Sequence[Revision]],
    settings: Settings,
) -> tuple[Environment, ...]:
    """All environments, by name; `folders` are those that hold revisions by their content.

    CannotJudge as `configured`, and where a configuration that does not parse is all that there is to go by.
    """
    configuration = _Configuration(tree, read)
    static = _configured(configuration, settings)
    left: dict[Environment | None, list[str]] = {environment: [] for environment in (*static, None)}
    for folder in sorted(folders):
        if not any(environment.loads(folder) for environment in static):
            left[_owner(static, folder, configuration.tree)].append(folder)
    fixed = {wanted.name: wanted for wanted in settings.environments if wanted.version_locations}
    found = [environment for environment in static if environment.name in fixed]
    for mine in found:
        if left[mine] and not any(mine.loads(folder) for folder in folders):
            raise _missing(fixed[mine.name], f"its version_locations hold no revision, but {left[mine][0]} does")
    for mine in static:
        if mine.name not in fixed:
            reached = _reached(mine, left[None], folders, configuration)
            left[None] = [folder for folder in left[None] if folder not in reached]
            found += _completed(mine, [*left[mine], *reached], folders, configuration)
    if not settings.environments:
        found += _by_content({folder: folders[folder] for folder in left[None]}, configuration)
        configuration.refuse_what_is_lost(folders)
    return tuple(sorted(found, key=lambda environment: environment.name))


class _Configuration:
    """The configuration files of a tree, each read once."""

    def __init__(self, tree: Paths, read: Callable[[str], bytes]) -> None:
        self.tree = tree
        self.read = read
        self.broken: dict[str, CannotJudge] = {}
        self.tables: dict[str, Section] = {}
        self.inis: dict[str, tuple[Section, ...]] = {}
        for path in sorted(path for path in tree.files if path.endswith(("alembic.ini", "pyproject.toml"))):
            name = basename(path)
            try:
                if name == "alembic.ini":
                    self.inis[dirname(path)] = ini_sections(path, self.text(path))
                elif name == "pyproject.toml" and (table := toml_section(path, self.text(path))):
                    self.tables[dirname(path)] = table
            except CannotJudge as reason:
                self.broken[path] = reason

    def text(self, path: str) -> str:
        return self.read(path).decode("utf-8", "surrogateescape")

    def environment(self, path: str, section: Section) -> Environment | None:
        """What a section of a configuration file configures, None if that is not in the tree."""
        folder = dirname(path)
        found = find_script_folders(section, folder, self.tree)
        if found is None:
            return None
        # From elsewhere Alembic would mix in the alembic.ini or pyproject.toml of that folder.
        anywhere = folder if folder in self.tables or "" in self.tables else ""
        cwd = anywhere if found.cwd is None else found.cwd
        name = path if section.name == "alembic" else f"{path}:{section.name}"
        return Environment(
            name,
            found.script_location,
            found.versions,
            section.recursive or False,
            path,
            section.name,
            cwd=cwd or ".",
            elsewhere=found.elsewhere,
            sourceless=section.sourceless or False,
        )

    def of_folder(self, folder: str) -> list[Environment]:
        """What the alembic.ini and the pyproject.toml of one folder configure together."""
        ini, pyproject = inside(folder, "alembic.ini"), inside(folder, "pyproject.toml")
        sections = {section.name: section for section in (Section(), *self.inis.get(folder, ()))}
        table = self.tables.get(folder, Section())
        found = []
        for name, section in sections.items():
            if section.script_location or (name == "alembic" and table.script_location):
                found.append(self.environment(ini if section.script_location else pyproject, section.over(table)))
        if not table.script_location and self.is_flask(folder):
            found.append(self.flask(folder, sections["alembic"]))
        return [environment for environment in found if environment]

    def is_flask(self, folder: str) -> bool:
        """Whether it is a folder of Flask-Migrate: its alembic.ini leaves it to code to say where the scripts are."""
        ini = inside(folder, "alembic.ini")
        return self.tree.has_scripts(folder) and ini in self.tree.files and not _SCRIPT_LOCATION.search(self.read(ini))

    def flask(self, folder: str, section: Section) -> Environment | None:
        at = dirname(folder)
        while at and inside(at, "__init__.py") in self.tree.files:
            at = dirname(at)
        above = ancestors(at)
        at = next((one for one in above if any(inside(one, name) in self.tree.files for name in APPLICATIONS)), at)
        found = self.environment(inside(folder, "alembic.ini"), section._replace(script_location=HERE))
        return found._replace(wrapper="flask", cwd=at or ".") if found else None

    def refuse_what_is_lost(self, folders: Collection[str]) -> None:
        """CannotJudge for a file, no template, that does not parse and stands above `versions` without revisions."""
        for path, reason in self.broken.items():
            above = dirname(path)
            if any(within(folder, above) for folder in folders) or _TEMPLATED.search(self.text(path)):
                continue
            versions = (dirname(file) for file in self.tree.files if is_revision_file(basename(file)))
            if any(basename(folder) == "versions" and within(folder, above) for folder in versions):
                raise reason


def refuse_broken(path: str, data: bytes) -> None:
    """Raise CannotJudge with file and line if Alembic can't read a configuration file; templates are let through."""
    text = data.decode("utf-8", "surrogateescape")
    if basename(path) == "pyproject.toml":
        toml_section(path, text)
    elif basename(path) == "alembic.ini" and not _TEMPLATED.search(text):
        refuse_broken_ini(path, text)


def _configured(configuration: _Configuration, settings: Settings) -> tuple[Environment, ...]:
    if settings.environments:
        return tuple(sorted((_asked(one, configuration) for one in settings.environments), key=lambda one: one.name))
    folders = configuration.inis.keys() | configuration.tables.keys()
    found = [one for folder in folders for one in configuration.of_folder(folder)]
    found.sort(key=lambda environment: (environment.name.count("/"), environment.name), reverse=True)
    kept = {(environment.script_location, frozenset(environment.versions)): environment for environment in found}
    return tuple(sorted(kept.values(), key=lambda environment: environment.name))


def _asked(wanted: EnvironmentSettings, configuration: _Configuration) -> Environment:
    """The environment that an entry of the settings means."""
    location = joined("", wanted.script_location) if wanted.script_location else None
    tree = configuration.tree
    if location is not None and location not in tree.folders:
        raise _missing(wanted, f"there is no folder {wanted.script_location}")
    found: Environment | None = None
    if wanted.config:
        found = _by_config(wanted, joined("", wanted.config), configuration)
    elif location is not None and configuration.is_flask(location):
        found = configuration.flask(location, Section())
    if location is None and found is None and not (wanted.version_locations and not wanted.config):
        raise _missing(wanted, f"the script_location of {wanted.config} [{wanted.section}] leads to nothing")
    config = joined("", wanted.config) if wanted.config else None
    scripts = joined("", wanted.version_locations[0]) if location is None and not wanted.config else ""
    found = found or Environment(wanted.name, scripts, (), config=config, section=wanted.section)
    versions = tuple(joined("", one) for one in wanted.version_locations)
    _refuse_outside(f'[tool.git-alembic] environment "{wanted.name}"', versions)
    if location is not None and location != found.script_location:
        found = found._replace(script_location=location, versions=(inside(location, "versions"),))
    return found._replace(
        name=wanted.name, versions=versions or found.versions, external_parents=wanted.external_parents
    )


def _refuse_outside(where: str, folders: Sequence[str]) -> None:
    for folder in folders:
        if folder.split("/")[0] == "..":
            raise CannotJudge(f"{where}: version_locations names {folder}, which is outside of the repository")


def _by_config(wanted: EnvironmentSettings, path: str, configuration: _Configuration) -> Environment | None:
    if path not in configuration.tree.files:
        raise _missing(wanted, f"there is no {wanted.config}")
    folder, text = dirname(path), configuration.text(path)
    table = configuration.tables.get(folder, Section())
    if basename(path) == "pyproject.toml":
        return configuration.environment(path, toml_section(path, text) or Section())
    sections = {section.name: section for section in ini_sections(path, text)}
    if wanted.section not in sections and (wanted.section != "alembic" or not table.script_location):
        raise _missing(wanted, f"{wanted.config} has no section [{wanted.section}]")
    section = sections.get(wanted.section, Section()).over(table)
    if section.script_location is None and basename(path) == "alembic.ini" and configuration.is_flask(folder):
        return configuration.flask(folder, section)
    return configuration.environment(path, section)


def _missing(wanted: EnvironmentSettings, what: str) -> CannotJudge:
    return CannotJudge(f'pyproject.toml: [tool.git-alembic] environment "{wanted.name}": {what} in this tree')


def _home(folder: str, tree: Paths) -> str | None:
    """The nearest folder above (or the folder itself) that has an env.py."""
    return next((at for at in ancestors(folder) if tree.has_scripts(at)), None)


def _owner(static: Iterable[Environment], folder: str, tree: Paths) -> Environment | None:
    """The environment in which a folder lies that it does not load; none if the folder has an env.py of its own."""
    home = _home(folder, tree)
    owners = []
    for environment in static:
        scripts = environment.script_location
        own = home is not None and home != scripts and within(home, scripts)
        if (within(folder, scripts) and not own) or any(one and within(folder, one) for one in environment.versions):
            owners.append(environment)
    return max(owners, key=lambda environment: len(environment.script_location), default=None)


def _completed(
    environment: Environment,
    left: Sequence[str],
    folders: Mapping[str, Sequence[Revision]],
    configuration: _Configuration,
) -> list[Environment]:
    """The environment with the folders that code adds to it; several where those are histories of their own.

    Without a sign of such code they are archives, or files that were moved by mistake: Alembic does not load them.
    """
    loaded = [folder for folder in folders if environment.loads(folder)]
    if not left or (loaded and not _is_completed_in_code(environment, configuration)):
        return [environment]
    groups = linked({folder: folders[folder] for folder in (*loaded, *left)}, loaded)
    main = next((group for group in groups if set(group) & set(loaded)), ())
    others = [group for group in (groups if main else without_archives(groups)) if group != main]
    if not main and len(others) == 1:
        return [environment._replace(versions=others[0], recursive=False)]
    found = [environment._replace(name=group[0], versions=group, recursive=False) for group in others]
    if main:
        added = tuple(folder for folder in main if folder not in environment.versions and folder in left)
        found.append(environment._replace(versions=environment.versions + added))
    return found


def _reached(
    environment: Environment,
    orphans: Sequence[str],
    folders: Mapping[str, Sequence[Revision]],
    configuration: _Configuration,
) -> list[str]:
    """The folders elsewhere that build on the environment's revisions, where its code adds such: those of plugins."""
    loaded = [folder for folder in folders if environment.loads(folder)]
    if not loaded or not orphans or not _is_completed_in_code(environment, configuration):
        return []
    groups = linked({folder: folders[folder] for folder in (*loaded, *orphans)}, loaded)
    return [folder for group in groups if loaded[0] in group for folder in group if folder in orphans]


def _is_completed_in_code(environment: Environment, configuration: _Configuration) -> bool:
    """Whether code in or above the script_location speaks of version_locations."""
    above = set(ancestors(environment.script_location))
    code = sorted(path for path in configuration.tree.files if path.endswith(".py") and dirname(path) in above)
    return any(b"version_locations" in configuration.read(path) for path in code)


def _by_content(folders: Mapping[str, Sequence[Revision]], configuration: _Configuration) -> list[Environment]:
    """The environments that no configuration shows."""
    homes: dict[str, dict[str, Sequence[Revision]]] = {}
    for folder in folders:
        home = _home(folder, configuration.tree)
        if home is None:
            outermost = next(at for at in reversed(ancestors(folder)) if at in folders)
            home = dirname(outermost) if basename(outermost) == "versions" else outermost
        homes.setdefault(home, {})[folder] = folders[folder]
    found = []
    for home, held in homes.items():
        groups = without_archives(linked(held))
        wrapper: Literal["alembic", "flask"] = "flask" if configuration.is_flask(home) else "alembic"
        for group in groups:
            name = home if len(groups) == 1 else group[0]
            found.append(Environment(name or ".", home, group, wrapper=wrapper))
    return found
