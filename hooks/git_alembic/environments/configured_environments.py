"""Reads the environments that the configuration files and the settings of a tree name."""

from __future__ import annotations

import re
from operator import attrgetter
from posixpath import basename, dirname
from typing import TYPE_CHECKING

from git_alembic.config.alembic_config import Section, ini_sections, is_template, refuse_broken_ini, toml_section
from git_alembic.config.path_containment import HERE, Paths, ancestors, inside, is_within, join_path
from git_alembic.config.script_location import find_script_folders
from git_alembic.environments.configuration_files import APPLICATIONS, GIT_MODULES
from git_alembic.environments.environment import Environment, is_revision_file
from git_alembic.errors import CannotCheck

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from git_alembic.config.settings import EnvironmentSettings, Settings

_NAME = attrgetter("name")
_SCRIPT_LOCATION = re.compile(rb"^[ \t]*script_location[ \t]*[=:]", re.MULTILINE)
_SUBMODULE_PATH = re.compile(r"^\s*path\s*=\s*(.*\S)", re.MULTILINE)


def configured_environments(
    files: Collection[str], read: Callable[[str], bytes], settings: Settings
) -> tuple[Environment, ...]:
    """Return the environments in the configuration, by name. A file that does not parse has none.

    `files` may be part of a tree if it has all ini files, pyproject.toml files and env.py. Raise CannotCheck if the
    settings name an environment that the tree doesn't have.
    """
    return list_configured(Configuration(Paths.of(files), read), settings)


class Configuration:
    """The configuration files of a tree. Each is read once."""

    def __init__(self, tree: Paths, read: Callable[[str], bytes]) -> None:
        modules = read(GIT_MODULES).decode("utf-8", "surrogateescape") if GIT_MODULES in tree.files else ""
        self.tree = tree._replace(submodules=tuple(_SUBMODULE_PATH.findall(modules)))
        self.read = read
        self.broken: dict[str, str] = {}
        self.tables: dict[str, Section] = {}
        self.inis: dict[str, tuple[Section, ...]] = {}
        for path in sorted(path for path in tree.files if path.endswith(("alembic.ini", "pyproject.toml"))):
            name = basename(path)
            try:
                if name == "alembic.ini":
                    self.inis[dirname(path)] = ini_sections(path, self.text(path))
                elif name == "pyproject.toml" and (table := toml_section(path, self.text(path))):
                    self.tables[dirname(path)] = table
            except CannotCheck as reason:
                self.broken[path] = str(reason)

    def text(self, path: str) -> str:
        return self.read(path).decode("utf-8", "surrogateescape")

    def environment(self, path: str, section: Section) -> Environment | None:
        """Return the environment that a section of a file configures, or None if the tree doesn't have it."""
        folder = dirname(path)
        script = find_script_folders(section, folder, self.tree)
        if script is None:
            return None
        # In another folder, Alembic would also read the alembic.ini or pyproject.toml of that folder.
        anywhere = folder if folder in self.tables or "" in self.tables else ""
        cwd = anywhere if script.cwd is None else script.cwd
        name = path if section.name == "alembic" else f"{path}:{section.name}"
        return Environment(
            name,
            script.script_location,
            script.versions,
            section.recursive or False,
            path,
            section.name,
            cwd=cwd or ".",
            elsewhere=script.elsewhere,
            sourceless=section.sourceless or False,
        )

    def of_folder(self, folder: str) -> list[Environment]:
        """Return the environments that the alembic.ini and the pyproject.toml of one folder configure together."""
        ini, pyproject = inside(folder, "alembic.ini"), inside(folder, "pyproject.toml")
        sections = {section.name: section for section in (Section(), *self.inis.get(folder, ()))}
        table = self.tables.get(folder, Section())
        environments = []
        for name, section in sections.items():
            if section.script_location or (name == "alembic" and table.script_location):
                environments.append(
                    self.environment(ini if section.script_location else pyproject, section.over(table))
                )
        if not table.script_location and self.is_flask(folder):
            environments.append(self.flask(folder, sections["alembic"]))
        return [environment for environment in environments if environment]

    def is_flask(self, folder: str) -> bool:
        """True for a folder of Flask-Migrate: its alembic.ini leaves the script_location to code."""
        ini = inside(folder, "alembic.ini")
        return self.tree.has_scripts(folder) and ini in self.tree.files and not _SCRIPT_LOCATION.search(self.read(ini))

    def flask(self, folder: str, section: Section) -> Environment | None:
        package = dirname(folder)
        while package and inside(package, "__init__.py") in self.tree.files:
            package = dirname(package)
        above = ancestors(package)
        package = next(
            (place for place in above if any(inside(place, name) in self.tree.files for name in APPLICATIONS)), package
        )
        environment = self.environment(inside(folder, "alembic.ini"), section._replace(script_location=HERE))
        return environment._replace(wrapper="flask", cwd=package or ".") if environment else None

    def refuse_what_is_lost(self, folders: Collection[str]) -> None:
        """Raise CannotCheck for a file that does not parse and is above a folder `versions` without known revisions."""
        for path, reason in self.broken.items():
            above = dirname(path)
            if any(is_within(folder, above) for folder in folders) or is_template(self.text(path)):
                continue
            versions = (dirname(file) for file in self.tree.files if is_revision_file(basename(file)))
            if any(basename(folder) == "versions" and is_within(folder, above) for folder in versions):
                raise CannotCheck(reason)


def refuse_broken(path: str, data: bytes) -> None:
    """Raise CannotCheck with file and line if Alembic can't read a configuration file. Ignore templates."""
    text = data.decode("utf-8", "surrogateescape")
    if basename(path) == "pyproject.toml":
        toml_section(path, text)
    elif basename(path) == "alembic.ini" and not is_template(text):
        refuse_broken_ini(path, text)


def list_configured(configuration: Configuration, settings: Settings) -> tuple[Environment, ...]:
    if settings.environments:
        return tuple(sorted((_find_named(entry, configuration) for entry in settings.environments), key=_NAME))
    folders = configuration.inis.keys() | configuration.tables.keys()
    environments = [environment for folder in folders for environment in configuration.of_folder(folder)]
    environments.sort(key=lambda environment: (environment.name.count("/"), environment.name), reverse=True)
    unique = {
        (environment.script_location, frozenset(environment.versions)): environment for environment in environments
    }
    return tuple(sorted(unique.values(), key=_NAME))


def _find_named(entry: EnvironmentSettings, configuration: Configuration) -> Environment:
    """Return the environment that an entry of the settings describes."""
    if entry.script_location:
        environment = _at_location(entry, join_path("", entry.script_location), configuration)
    elif entry.config:
        configured = _by_config(entry, entry.config, configuration)
        if configured is None:
            raise environment_error(entry, f"the script_location of {entry.config} [{entry.section}] does not exist")
        environment = configured
    else:
        environment = Environment(entry.name, join_path("", entry.version_locations[0]), (), section=entry.section)
    versions = tuple(join_path("", folder) for folder in entry.version_locations)
    _refuse_outside(f'[tool.git-alembic] environment "{entry.name}"', versions)
    return environment._replace(
        name=entry.name, versions=versions or environment.versions, external_parents=entry.external_parents
    )


def _at_location(entry: EnvironmentSettings, location: str, configuration: Configuration) -> Environment:
    """Return the environment of a folder with scripts. A configuration file may add to it."""
    if location not in configuration.tree.folders:
        raise environment_error(entry, f"no file in the folder {entry.script_location} is staged or committed")
    environment: Environment | None = None
    if entry.config:
        environment = _by_config(entry, entry.config, configuration)
    elif configuration.is_flask(location):
        environment = configuration.flask(location, Section())
    if environment is None:
        config = join_path("", entry.config) if entry.config else None
        environment = Environment(entry.name, "", (), config=config, section=entry.section)
    if location == environment.script_location:
        return environment
    return environment._replace(script_location=location, versions=(inside(location, "versions"),))


def _refuse_outside(where: str, folders: Sequence[str]) -> None:
    for folder in folders:
        if folder.split("/")[0] == "..":
            raise CannotCheck(f"{where}: version_locations contains {folder}, which is outside the repository")


def _by_config(entry: EnvironmentSettings, config: str, configuration: Configuration) -> Environment | None:
    path = join_path("", config)
    if path not in configuration.tree.files:
        raise environment_error(entry, f"{entry.config} is not staged or committed")
    folder, text = dirname(path), configuration.text(path)
    table = configuration.tables.get(folder, Section())
    if basename(path) == "pyproject.toml":
        return configuration.environment(path, toml_section(path, text) or Section())
    sections = {section.name: section for section in ini_sections(path, text)}
    if entry.section not in sections and (entry.section != "alembic" or not table.script_location):
        raise environment_error(entry, f"{entry.config} has no section [{entry.section}]")
    section = sections.get(entry.section, Section()).over(table)
    if section.script_location is None and basename(path) == "alembic.ini" and configuration.is_flask(folder):
        return configuration.flask(folder, section)
    return configuration.environment(path, section)


def environment_error(entry: EnvironmentSettings, reason: str) -> CannotCheck:
    return CannotCheck(f'pyproject.toml: [tool.git-alembic] environment "{entry.name}": {reason}')
