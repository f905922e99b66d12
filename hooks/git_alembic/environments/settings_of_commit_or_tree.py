"""Reads the settings of trees and commits, overridden by those of the clone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from typing import Any

from git_alembic.config.settings import Settings
from git_alembic.config.settings_parser import parse_settings
from git_alembic.environments.configuration_files import SETTINGS
from git_alembic.errors import CannotCheck
from git_alembic.git import Repository, is_file
from git_alembic.git.trees import Files


class SettingsReader:
    """Parses each version of the settings once. `content` returns the contents of blobs by id."""

    def __init__(self, repository: Repository, content: Callable[[Iterable[str]], dict[str, bytes]]) -> None:
        self._repository = repository
        self._content = content
        self._settings: dict[str, Settings] = {}
        self._finish_git_settings: Callable[[], list[tuple[str, str | None]]] | None = None

    def of_commit(self, commit: str) -> Settings:
        """Return the `[tool.git-alembic]` table of a commit, overridden by the clone's `git config alembic.…`."""
        file = self._repository.file_at(commit, SETTINGS)
        return self._parse(*file) if file else self.default

    def of_tree(self, files: Files) -> Settings:
        """Return the `[tool.git-alembic]` table of a tree, overridden by the clone's `git config alembic.…`."""
        mode, blob = files.get(SETTINGS, ("", ""))
        if not is_file(mode):
            return self.default
        return self._parse(blob, self._content((blob,))[blob])

    def of_tree_or_default(self, files: Files) -> Settings:
        """Return a tree's settings, or the defaults if they are broken. Only the checked tree needs valid settings."""
        try:
            return self.of_tree(files)
        except CannotCheck:
            return self.default

    def of_commit_or_default(self, commit: str) -> Settings:
        """Return a commit's settings, or the defaults if they are broken."""
        try:
            return self.of_commit(commit)
        except CannotCheck:
            return self.default

    @cached_property
    def default(self) -> Settings:
        """The settings of a tree without `[tool.git-alembic]`."""
        return self._overridden(Settings())

    def start_git_settings(self) -> None:
        """Start reading git's configuration in the background."""
        if self._finish_git_settings is None:
            self._finish_git_settings = self._repository.start_alembic_config()

    def _parse(self, blob: str, data: bytes) -> Settings:
        if blob not in self._settings:
            self._settings[blob] = self._overridden(parse_settings(data.decode("utf-8", "replace")))
        return self._settings[blob]

    @cached_property
    def _git_settings(self) -> Mapping[str, Any]:
        self.start_git_settings()
        pairs = self._finish_git_settings() if self._finish_git_settings else []
        if not pairs:
            return {}
        from git_alembic.config.settings_in_git_config import parse_git_settings

        return parse_git_settings(pairs)

    def _overridden(self, settings: Settings) -> Settings:
        if not self._git_settings:
            return settings
        from git_alembic.config.settings_in_git_config import override

        return override(settings, self._git_settings)
