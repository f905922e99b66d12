"""The folders that a section of Alembic's configuration names, in literal trees."""

from __future__ import annotations

import pytest

from git_alembic.config.alembic_config import Section
from git_alembic.config.path_containment import HERE, Paths
from git_alembic.config.script_location import ScriptFolders, find_script_folders


def section(script: str, *versions: str, sys_path: tuple[str, ...] = ()) -> Section:
    return Section(script_location=script, version_locations=versions or None, prepend_sys_path=sys_path or None)


def find(made: Section, folder: str, files: str, submodules: tuple[str, ...] = ()) -> ScriptFolders | None:
    return find_script_folders(made, folder, Paths.of(files.split())._replace(submodules=submodules))


# The section, the folder of its file, the tree, and (script_location, versions, cwd, elsewhere).
CASES: dict[str, tuple[Section, str, str, ScriptFolders | None]] = {
    "nothing": (Section(), "", "m/env.py", None),
    "no such folder": (section("m"), "", "n/env.py", None),
    "relative": (section("m"), "", "m/env.py", ScriptFolders("m", ("m/versions",), "")),
    "relative to the ini's own folder": (
        section("m"), "s", "s/m/env.py m/env.py", ScriptFolders("s/m", ("s/m/versions",), "s"),
    ),
    "relative to the root": (section("m"), "s/t", "m/env.py", ScriptFolders("m", ("m/versions",), "")),
    "the root itself": (section("."), "", "env.py", ScriptFolders("", ("versions",), "")),
    "%(here)s": (section(f"{HERE}/m"), "s", "s/m/env.py m/env.py", ScriptFolders("s/m", ("s/m/versions",), None)),
    "%(here)s itself": (section(HERE), "s", "s/env.py", ScriptFolders("s", ("s/versions",), None)),
    "absolute": (section("/srv/s/m"), "x", "s/m/env.py m/env.py", ScriptFolders("s/m", ("s/m/versions",), None)),
    "absolute, in the ini's folder": (
        section("/srv/m"), "x", "x/m/env.py m/env.py", ScriptFolders("x/m", ("x/m/versions",), None),
    ),
    "absolute on Windows": (section("C:\\srv\\m"), "", "m/env.py", ScriptFolders("m", ("m/versions",), None)),
    "package": (section("app:m"), "", "app/m/env.py", ScriptFolders("app/m", ("app/m/versions",), None)),
    "package with dots": (
        section("app.db:m"), "", "src/app/db/m/env.py", ScriptFolders("src/app/db/m", ("src/app/db/m/versions",), None),
    ),
    "package, the nearest to the ini and then the shortest": (
        section("app:m"), "s/t", "s/x/y/app/m/env.py s/x/app/m/env.py app/m/env.py",
        ScriptFolders("s/x/app/m", ("s/x/app/m/versions",), None),
    ),
    "package, not by the end of a name": (section("app:m"), "", "myapp/m/env.py", None),
    "package that prepend_sys_path finds": (
        section("app:m", sys_path=("lib", "src")), "s", "s/src/app/m/env.py",
        ScriptFolders("s/src/app/m", ("s/src/app/m/versions",), "s"),
    ),
    "package that prepend_sys_path finds from the root": (
        section("app:m", sys_path=(".",)), "s", "app/m/env.py", ScriptFolders("app/m", ("app/m/versions",), ""),
    ),
    "versions without env.py": (section("m"), "", "m/versions/a.py", ScriptFolders("m", ("m/versions",), "")),
    "env.py before versions": (
        section("m"), "s", "s/m/versions/a.py m/env.py", ScriptFolders("m", ("m/versions",), ""),
    ),
    "neither of them": (section("m"), "", "m/script.py", None),
    "neither of them, but named versions": (section("m", "v"), "", "m/script.py", ScriptFolders("m", ("v",), "")),
    "named versions": (
        section("m", "v", "m/w", "v"), "s", "s/m/env.py", ScriptFolders("s/m", ("s/v", "s/m/w"), "s"),
    ),
    "versions relative to the folder that has most of them": (
        section(f"{HERE}/m", "v", "w", "x"), "s", "s/m/env.py s/v/a.py v/a.py w/a.py",
        ScriptFolders("s/m", ("v", "w", "x"), ""),
    ),
    "versions relative to the root if both have as many": (
        section(f"{HERE}/m", "v"), "s", "s/m/env.py s/v/a.py v/a.py", ScriptFolders("s/m", ("v",), ""),
    ),
    "versions of %(here)s and of a package": (
        section("m", f"{HERE}/v", "app:w"), "s", "s/m/env.py s/lib/app/w/a.py app/w/a.py",
        ScriptFolders("s/m", ("s/v", "s/lib/app/w"), "s"),
    ),
    "an absolute folder that the tree has": (
        section("m", "/srv/v"), "", "m/env.py v/a.py", ScriptFolders("m", ("v",), ""),
    ),
    "outside of the tree": (
        section("m", "../v", f"{HERE}/../w", "/srv/x", "pkg:y", "z"), "", "m/env.py",
        ScriptFolders("m", ("z",), "", ("../v", "%(here)s/../w", "/srv/x", "pkg:y")),
    ),
    "only outside of the tree": (
        section("m", "../v"), "", "m/env.py", ScriptFolders("m", ("m/versions",), "", ("../v",)),
    ),
}  # fmt: skip


@pytest.mark.parametrize(("made", "folder", "files", "expected"), CASES.values(), ids=CASES.keys())
def test_folders(made: Section, folder: str, files: str, expected: ScriptFolders | None) -> None:
    assert find(made, folder, files) == expected


def test_a_submodule_is_outside_of_the_tree() -> None:
    made = section("m", "vendor/v", "vendored/v")
    assert find(made, "", "m/env.py vendored/v/a.py", ("vendor",)) == ScriptFolders(
        "m", ("vendored/v",), "", ("vendor/v",)
    )
