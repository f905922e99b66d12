"""A check runs no project code, changes no repository, and depends neither on its cache nor on git's settings."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import zlib
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from tests.support.project import Project

FORKED = "2 heads: 'c' (HEAD), 'd' (staged)"
ALWAYS_HEAVY = {"alembic", "sqlalchemy", "mako"}
HEAVY_WHEN_SILENT = {
    *ALWAYS_HEAVY, "rich", "tomllib", "tomli", "configparser", "difflib", "hashlib", "json.tool", "email", "textwrap",
    "importlib.metadata", "asyncio", "multiprocessing", "concurrent", "http", "ssl", "xml", "unittest",
}  # fmt: skip
LISTING = """
import sys
from git_alembic.cli import main
code = main({arguments!r})
print(*sorted(sys.modules), file=sys.stderr)
raise SystemExit(code)
"""
WATCHING = """
import os, sys
top, allowed = (os.path.realpath(folder) for folder in sys.argv[1:3])
changing = ("os.remove", "os.rename", "os.mkdir", "os.rmdir", "os.symlink", "os.link", "os.truncate", "os.chmod")
seen = []

def inside(path, folder=top):
    if not isinstance(path, (str, bytes)) or os.fsdecode(path).startswith("<"):
        return False
    return (os.path.realpath(os.fsdecode(path)) + os.sep).startswith(folder + os.sep)

def watch(event, args):
    if event == "open":
        path, mode, flags = args
        for_writing = set(mode or "") & set("wax+") or flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
        unwanted = for_writing and inside(path) and not inside(path, allowed)
    elif event == "exec":
        constants = map(str, args[0].co_consts)
        unwanted = inside(args[0].co_filename) or any(constant.endswith("/marker") for constant in constants)
    elif event == "compile":
        unwanted = inside(args[1])
    elif event == "import":
        unwanted = inside(args[1]) or args[0].partition(".")[0] in ("migrations", "app")
    elif event in changing:
        unwanted = any(inside(path) and not inside(path, allowed) for path in args)
    else:
        unwanted = event == "subprocess.Popen" and os.path.basename(os.fsdecode(args[0])) != "git"
    if unwanted:
        seen.append((event, repr(args)))

sys.path.remove("")
sys.addaudithook(watch)
{}
import json
json.dump({{"code": code, "seen": seen}}, sys.stderr)
"""
JUDGING = "from git_alembic.cli import main; code = main(sys.argv[3:])"
SINNING = """
code = 0
sys.path.insert(0, top)
import app
open("x", "w").close()
os.remove("x")
exec(compile(open("migrations/env.py").read(), os.path.abspath("migrations/env.py"), "exec"))
import subprocess
subprocess.run(["true"])
sys.path.remove(top)
"""


@pytest.fixture
def forked(project: Project) -> Project:
    """On main a <- b <- c. d is staged and comes after b."""
    project.revision("c", "b")
    project.commit()
    project.revision("d", "b")
    project.git("add", "-A")
    return project


def execute(project: Project, code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", code, *arguments]
    return subprocess.run(command, cwd=project.path, capture_output=True, check=False, text=True)


def loaded(project: Project, *arguments: str) -> set[str]:
    done = execute(project, LISTING.format(arguments=list(arguments)))
    assert done.returncode in (0, 1), done.stderr
    return set(done.stderr.split())


def heavy(modules: set[str], names: set[str]) -> list[str]:
    return sorted(name for name in modules if name in names or name.partition(".")[0] in names)


class TestImports:
    def test_silent_check(self, project: Project) -> None:
        """GitPython imports some heavy modules. There are no others."""
        project.write("app.py", "print()\n")
        project.git("add", "-A")
        alone = set(execute(project, "import sys, git\nprint(*sys.modules, file=sys.stderr)").stderr.split())
        assert heavy(loaded(project, "check") - alone, HEAVY_WHEN_SILENT) == []
        assert heavy(loaded(project, "check"), {*ALWAYS_HEAVY, "rich", "tomllib"}) == []

    def test_gitpython_comes_without_unused_modules(self, project: Project) -> None:
        project.write("app.py", "print()\n")
        project.git("add", "-A")
        command = [sys.executable, "-X", "importtime", "-m", "git_alembic", "check"]
        done = subprocess.run(command, cwd=project.path, capture_output=True, check=True, text=True)
        imported = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
        assert "git.cmd" in imported
        assert heavy(imported, {"git.repo", "git.objects", "git.config", "gitdb.db"}) == []

    def test_new_revision(self, project: Project) -> None:
        project.revision("c", "b")
        project.git("add", "-A")
        found = loaded(project, "check")
        assert heavy(found, {*ALWAYS_HEAVY, "rich"}) == []
        only_scratch = {"git_alembic.scratch.scratch_result", "git_alembic.rules.model_drift"}
        assert not only_scratch & found, "what only the scratch needs"

    def test_no_annotation_of_a_named_tuple_is_compiled(self, project: Project) -> None:
        project.revision("c", "b")
        project.git("add", "-A")
        specs = [find_spec(name) for name in sorted(loaded(project, "check")) if name.startswith("git_alembic")]
        texts = {spec.name: Path(spec.origin).read_text(encoding="utf-8") for spec in specs if spec and spec.origin}
        slow = ("from __future__ import annotations\n", "(NamedTuple)")
        assert "git_alembic.history.environment_matching_between_trees" in texts
        assert [name for name, text in texts.items() if all(part in text for part in slow)] == []

    @pytest.mark.parametrize("format_", ["text", "json", "github", "sarif", "markdown"])
    def test_fork(self, forked: Project, format_: str) -> None:
        assert heavy(loaded(forked, "check", "--format", format_), {*ALWAYS_HEAVY, "rich"}) == []

    @pytest.mark.parametrize("format_", ["text", "json"])
    def test_audit(self, forked: Project, format_: str) -> None:
        assert heavy(loaded(forked, "audit", "--format", format_), {*ALWAYS_HEAVY}) == []

    def test_the_heavy_modules_exist(self, project: Project) -> None:
        done = execute(project, "import sys, alembic.script, rich.table, tomllib\nprint(*sys.modules, file=sys.stderr)")
        found = heavy(set(done.stderr.split()), HEAVY_WHEN_SILENT)
        assert {"alembic", "sqlalchemy", "rich", "tomllib"} <= set(found)


@pytest.fixture
def armed(forked: Project, tmp_path: Path) -> Project:
    """Return the fork. Every Python file of the project would leave a marker if it were run."""
    marker = f"open({str(tmp_path / 'marker')!r}, 'w').close()\n"
    for folder in ("migrations/", "migrations/versions/", ""):
        forked.write(f"{folder}__init__.py", marker)
    for name in ("migrations/env", "app", "conftest", "git_alembic", "git", "sitecustomize", "json", "alembic"):
        forked.write(f"{name}.py", marker)
    for id_, down in (("a", None), ("b", "a"), ("c", "b"), ("d", "b")):
        path = forked.path / forked.revision(id_, down)
        path.write_text(f"{marker}{path.read_text()}{marker}")
    forked.git("add", "-A")
    return forked


@pytest.fixture
def branched(armed: Project) -> Project:
    """Return the fork on a branch, and a branch that edits a file of the target and adds a revision. Both edit `c`."""
    start = armed.git("rev-parse", "HEAD").strip()
    armed.git("update-ref", "refs/remotes/origin/one", armed.commit("one"))
    armed.git("update-ref", "refs/remotes/origin/main", start)
    armed.git("checkout", "-q", "-B", "work", start)
    armed.revision("c", "b", body="other()")
    armed.revision("e", "c")
    armed.git("update-ref", "refs/remotes/origin/two", armed.commit("two"))
    return armed


CONFLICTS = (
    ["conflicts"],
    ["conflicts", "--branch", "origin/one"],
    ["conflicts", "--order", "origin/two", "origin/one"],
)


class TestConflicts:
    @pytest.mark.parametrize("arguments", CONFLICTS, ids=" ".join)
    def test_project_code_is_never_run(self, branched: Project, tmp_path: Path, arguments: list[str]) -> None:
        cache = str(branched.path / ".git" / "git-alembic")
        done = execute(branched, WATCHING.format(JUDGING), str(branched.path), cache, *arguments)
        assert json.loads(done.stderr) == {"code": int("--order" in arguments), "seen": []}, done.stdout
        assert "fork" in done.stdout
        assert not (tmp_path / "marker").exists()

    @pytest.mark.parametrize("arguments", CONFLICTS, ids=" ".join)
    def test_nothing_changes(self, branched: Project, arguments: list[str]) -> None:
        before = state(branched)
        assert branched.run(*arguments).stderr == ""
        assert state(branched) == before

    @pytest.mark.parametrize("format_", ["text", "json", "github", "markdown", "mermaid"])
    def test_imports(self, branched: Project, format_: str) -> None:
        assert heavy(loaded(branched, "conflicts", "--format", format_), {*ALWAYS_HEAVY, "rich"}) == []


class TestProjectCodeIsNeverRun:
    @pytest.mark.parametrize(
        ("arguments", "code"),
        [
            (["check"], 1),
            (["check", "--format", "sarif"], 1),
            (["check", "--rev", "HEAD"], 0),
            (["check", "--against", "HEAD~1"], 1),
            (["audit", "--all"], 0),
            (["audit", "--format", "json"], 0),
        ],
    )
    def test_audit_hook(self, armed: Project, tmp_path: Path, arguments: list[str], code: int) -> None:
        done = execute(armed, WATCHING.format(JUDGING), str(armed.path), self.cache(armed), *arguments)
        assert json.loads(done.stderr) == {"code": code, "seen": []}, done.stdout
        assert not (tmp_path / "marker").exists()

    def test_the_audit_hook_works(self, armed: Project, tmp_path: Path) -> None:
        done = execute(armed, WATCHING.format(SINNING), str(armed.path), self.cache(armed))
        events = {event for event, _ in json.loads(done.stderr)["seen"]}
        assert events >= {"open", "compile", "exec", "import", "os.remove", "subprocess.Popen"}
        assert (tmp_path / "marker").exists()

    @staticmethod
    def cache(project: Project) -> str:
        return str(project.path / ".git" / "git-alembic")

    def test_as_a_console_script(self, armed: Project, tmp_path: Path) -> None:
        """The installed command does not have the project's folder on its path."""
        script = Path(sys.executable).parent / "git-alembic"
        done = subprocess.run([script, "check"], cwd=armed.path, capture_output=True, check=False, text=True)
        assert done.returncode == 1, done.stderr
        assert "multiple-heads" in done.stdout
        assert not (tmp_path / "marker").exists()


def state(project: Project) -> dict[str, str]:
    """Return a digest of every file except for the cache, with modes and modification times."""
    found = {}
    for path in sorted(project.path.rglob("*")):
        name = path.relative_to(project.path).as_posix()
        if not name.startswith(".git/git-alembic"):
            stat = path.lstat()
            content = hashlib.blake2b(path.read_bytes()).hexdigest() if path.is_file() else ""
            times = "" if path.is_dir() else stat.st_mtime_ns
            found[name] = f"{stat.st_mode:o} {times} {content}"
    return found


class TestRepositoryIsUntouched:
    @pytest.fixture
    def busy(self, forked: Project) -> Project:
        """Return the fork with a stash, unstaged and untracked files, a tag, and an index with stale times."""
        forked.write("notes.txt", "one\n")
        forked.commit("notes")
        forked.write("notes.txt", "two\n")
        forked.git("stash")
        forked.git("tag", "v1")
        forked.revision("e", "b")
        forked.git("add", "-A")
        forked.write("notes.txt", "three\n")
        forked.write("untracked.txt", "x")
        os.utime(forked.path / "alembic.ini", (1, 1))
        return forked

    @pytest.mark.parametrize(
        "arguments",
        [
            ["check"],
            ["check", "--rev", "HEAD"],
            ["check", "--from-ref", "HEAD~1", "--to-ref", "HEAD"],
            ["check", "--against", "HEAD~1"],
            ["check", "--rev", "nowhere"],
            ["audit"],
            ["audit", "--all", "--format", "json"],
        ],
    )
    def test_nothing_changes(self, busy: Project, arguments: list[str]) -> None:
        before = state(busy)
        assert busy.run(*arguments).stderr == ""
        assert state(busy) == before

    def test_only_the_cache_is_written(self, busy: Project) -> None:
        busy.run("check")
        assert sorted(path.suffix for path in (busy.path / ".git/git-alembic").iterdir()) == [".json"]


def cache_files(project: Project) -> list[Path]:
    return sorted((project.path / ".git" / "git-alembic").iterdir())


def message(project: Project) -> list[str]:
    done = project.run("check", "--format", "json")
    assert done.stderr == ""
    return [finding["message"] for finding in json.loads(done.stdout)["findings"]]


def signed(body: bytes) -> bytes:
    return b"%08x\n" % zlib.crc32(body) + body


def _folder_is_a_file(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.write_text("not a folder")


def _folder_is_a_dangling_link(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.symlink_to(folder.parent / "nowhere")


def _files_are_folders(folder: Path) -> None:
    for file in folder.iterdir():
        file.unlink()
        file.mkdir()


def _rewritten(change: Callable[[bytes], bytes]) -> Callable[[Path], None]:
    def damage(folder: Path) -> None:
        for file in folder.iterdir():
            file.write_bytes(change(file.read_bytes()))

    return damage


def _body(change: Callable[[bytes], bytes]) -> Callable[[Path], None]:
    """Return a function that replaces the body and writes a matching digest."""
    return _rewritten(lambda data: signed(change(data.partition(b"\n")[2])))


def _rows(row: object) -> Callable[[Path], None]:
    return _body(lambda body: json.dumps(dict.fromkeys(json.loads(body), row)).encode())


DAMAGE: dict[str, Callable[[Path], None]] = {
    "missing": shutil.rmtree,
    "a file instead of the folder": _folder_is_a_file,
    "a dangling link": _folder_is_a_dangling_link,
    "folders instead of the files": _files_are_folders,
    "empty": _rewritten(lambda _: b""),
    "random bytes": _rewritten(lambda _: bytes(range(256)) * 9),
    "truncated": _rewritten(lambda data: data[: len(data) // 2]),
    "one bit": _rewritten(lambda data: data[:-20] + bytes([data[-20] ^ 1]) + data[-19:]),
    "wrong digest": _rewritten(lambda data: b"0" * 32 + b"\n" + data.partition(b"\n")[2]),
    "no body": _rewritten(lambda _: signed(b"")),
    "signed: no JSON": _body(lambda _: b"{"),
    "signed: a list": _body(lambda _: b"[1, 2]"),
    "signed: null": _body(lambda _: b"null"),
    "signed: rows of another shape": _rows([True]),
    "signed: rows of other types": _rows([True, True, *range(12)]),
    "signed: short rows of another shape": _rows(["d"]),
    "signed: short rows of other types": _rows(["d", 1, 2, 3, 4]),
    "signed: no rows": _rows(None),
}


class TestCache:
    @pytest.fixture
    def warm(self, forked: Project) -> Project:
        assert message(forked) == [FORKED]
        assert cache_files(forked)
        return forked

    @pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE.keys())
    def test_damaged(self, warm: Project, damage: Callable[[Path], None]) -> None:
        damage(warm.path / ".git" / "git-alembic")
        assert message(warm) == [FORKED]
        assert message(warm) == [FORKED]

    def test_is_used(self, warm: Project) -> None:
        """The damage in the tests above matters: with another parent in the cache there is no fork."""
        (file,) = cache_files(warm)
        body = file.read_bytes().partition(b"\n")[2]
        rows = json.loads(body)
        for row in rows.values():
            row[1] = "c" if row[:2] == ["d", "b"] else row[1]
        assert json.dumps(rows) != json.dumps(json.loads(body))
        file.write_bytes(signed(json.dumps(rows).encode()))
        assert FORKED not in message(warm)

    def test_is_rewritten(self, warm: Project) -> None:
        (file,) = cache_files(warm)
        content = file.read_bytes()
        file.write_bytes(b"corrupt")
        message(warm)
        digest, _, body = file.read_bytes().partition(b"\n")
        assert digest + b"\n" + body == signed(body)
        assert json.loads(body) == json.loads(content.partition(b"\n")[2])

    def test_read_only(self, forked: Project) -> None:
        """Not even root, which ignores file modes, can create anything at the folder's path."""
        (forked.path / ".git" / "git-alembic").symlink_to("/proc/self/fdinfo")
        before = state(forked)
        assert message(forked) == [FORKED]
        assert state(forked) == before

    def test_folder_without_write_permission(self, warm: Project) -> None:
        folder = warm.path / ".git" / "git-alembic"
        warm.revision("e", "b")
        warm.git("add", "-A")
        folder.chmod(0o500)
        try:
            assert message(warm) == ["3 heads: 'c' (HEAD), 'd' (staged), 'e' (staged)"]
        finally:
            folder.chmod(0o700)

    def test_sixteen_at_once(self, forked: Project) -> None:
        command = [sys.executable, "-m", "git_alembic", "check", "--format", "json"]
        pipe = subprocess.PIPE
        running = [subprocess.Popen(command, cwd=forked.path, stdout=pipe, stderr=pipe, text=True) for _ in range(16)]
        for process in running:
            out, err = process.communicate()
            assert (process.returncode, err) == (1, "")
            assert [finding["message"] for finding in json.loads(out)["findings"]] == [FORKED]
        (file,) = cache_files(forked)
        digest, _, body = file.read_bytes().partition(b"\n")
        assert digest + b"\n" + body == signed(body)

    def test_removed_during_the_run(self, forked: Project) -> None:
        """Another process removes the cache between our read and our write."""
        code = (
            "import os, shutil, sys, tempfile\n"
            "from git_alembic import cli\n"
            "from git_alembic.revisions import checksummed_cache_file\n"
            "make = tempfile.mkstemp\n"
            "def mkstemp(**places):\n"
            "    shutil.rmtree(places['dir'])\n"
            "    return make(**places)\n"
            "checksummed_cache_file.tempfile.mkstemp = mkstemp\n"
            "raise SystemExit(cli.main(['check', '--format', 'json']))\n"
        )
        done = execute(forked, code)
        assert (done.returncode, done.stderr) == (1, "")
        assert [finding["message"] for finding in json.loads(done.stdout)["findings"]] == [FORKED]
        assert not (forked.path / ".git" / "git-alembic").exists()

    def test_shared_by_worktrees(self, warm: Project, tmp_path: Path) -> None:
        warm.git("worktree", "add", "-q", str(tmp_path / "linked"))
        linked = Project(tmp_path / "linked")
        linked.revision("d", "b")
        linked.git("add", "-A")
        before = [file.stat().st_mtime_ns for file in cache_files(warm)]
        assert message(linked) == [FORKED]
        assert [file.stat().st_mtime_ns for file in cache_files(warm)] == before


CONFIGURATION = {
    "core.fsmonitor": "{marker}",
    "core.hooksPath": "{hooks}",
    "core.pager": "{marker}",
    "core.editor": "{marker}",
    "core.sshCommand": "{marker}",
    "core.askPass": "{marker}",
    "core.quotePath": "true",
    "core.untrackedCache": "true",
    "core.precomposeUnicode": "true",
    "core.attributesFile": "{attributes}",
    "core.splitIndex": "true",
    "core.commentChar": ";",
    "diff.external": "{marker}",
    "diff.orderFile": "/nowhere/order",
    "diff.renames": "copies",
    "diff.noprefix": "true",
    "diff.mnemonicPrefix": "true",
    "diff.relative": "true",
    "diff.submodule": "log",
    "diff.ignoreSubmodules": "all",
    "diff.wordRegex": ".",
    "diff.colorMoved": "zebra",
    "diff.marked.textconv": "{marker}",
    "diff.marked.command": "{marker}",
    "filter.marked.clean": "{marker}",
    "filter.marked.smudge": "{marker}",
    "filter.marked.process": "{marker}",
    "alias.rev-parse": "!{marker}",
    "alias.diff-index": "!{marker}",
    "alias.cat-file": "!{marker}",
    "alias.alembic": "!{marker}",
    "log.showSignature": "true",
    "log.date": "relative",
    "log.follow": "true",
    "log.decorate": "full",
    "log.mailmap": "false",
    "gpg.program": "{marker}",
    "color.ui": "always",
    "color.diff": "always",
    "color.grep": "always",
    "grep.patternType": "perl",
    "grep.lineNumber": "true",
    "grep.column": "true",
    "grep.fullName": "false",
    "column.ui": "always",
    "pager.log": "{marker}",
    "pager.grep": "{marker}",
    "status.short": "true",
    "status.showUntrackedFiles": "all",
    "status.relativePaths": "true",
    "submodule.recurse": "true",
    "i18n.logOutputEncoding": "latin1",
    "i18n.commitEncoding": "utf-16",
    "trace2.eventTarget": "{trace}",
    "merge.renames": "true",
    "uploadpack.packObjectsHook": "{marker}",
    "protocol.ext.allow": "always",
    "advice.detachedHead": "true",
    "blame.ignoreRevsFile": "/nowhere",
    "format.pretty": "fuller",
    "tag.sort": "-version:refname",
    "branch.sort": "-committerdate",
    "core.warnAmbiguousRefs": "false",
}
VARIABLES: dict[str, dict[str, str]] = {
    "external diff": {"GIT_EXTERNAL_DIFF": "{marker}"},
    "diff options": {"GIT_DIFF_OPTS": "--unified=0"},
    "pager": {"GIT_PAGER": "{marker}", "PAGER": "{marker}"},
    "literal pathspecs": {"GIT_LITERAL_PATHSPECS": "1"},
    "noglob pathspecs": {"GIT_NOGLOB_PATHSPECS": "1"},
    "icase pathspecs": {"GIT_ICASE_PATHSPECS": "1"},
    "glob pathspecs": {"GIT_GLOB_PATHSPECS": "1"},
    "trace": {"GIT_TRACE": "1"},
    "trace to a file": {"GIT_TRACE": "{trace}", "GIT_TRACE2": "{trace}", "GIT_TRACE_SETUP": "{trace}"},
    "python trace": {"GIT_PYTHON_TRACE": "full"},
    "optional locks": {"GIT_OPTIONAL_LOCKS": "1"},
    "no replace objects": {"GIT_NO_REPLACE_OBJECTS": "1"},
    "C": {"LC_ALL": "C", "LANG": "C"},
    "Turkish": {"LC_ALL": "tr_TR.UTF-8"},
    "latin": {"LC_ALL": "en_US.ISO-8859-1"},
    "German": {"LC_ALL": "", "LANG": "de_DE.UTF-8", "LANGUAGE": "de"},
    "no UTF-8 mode": {"PYTHONUTF8": "0"},
    "UTF-8 mode": {"PYTHONUTF8": "1", "LC_ALL": "C"},
    "ASCII streams": {"PYTHONIOENCODING": "ascii"},
    "optimised": {"PYTHONOPTIMIZE": "2"},
    "warnings are errors": {"PYTHONWARNINGS": "error"},
    "development mode": {"PYTHONDEVMODE": "1"},
    "hash seed": {"PYTHONHASHSEED": "1"},
    "dumb terminal": {"TERM": "dumb", "COLUMNS": "1"},
    "far columns": {"COLUMNS": "nonsense"},
    "configuration by variable": {
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": "diff.external",
        "GIT_CONFIG_VALUE_0": "{marker}",
    },
    "ceiling": {"GIT_CEILING_DIRECTORIES": "/"},
    "default hash": {"GIT_DEFAULT_HASH": "sha256"},
    "no home": {"HOME": "/nowhere", "XDG_CONFIG_HOME": "/nowhere"},
}


class TestHostileSettings:
    """Deletions and forks at once, with names that need quotes."""

    @pytest.fixture
    def setting(self, project: Project, tmp_path: Path) -> Iterator[dict[str, str]]:
        """Yield the names in the settings. At the end, assert that no program in them has run."""
        marker, hooks = tmp_path / "marker", tmp_path / "hooks"
        program = tmp_path / "program"
        program.write_text(f"#!/bin/sh\necho ran >>{marker}\ncat\n")
        program.chmod(0o755)
        hooks.mkdir()
        for hook in ("pre-commit", "post-index-change", "reference-transaction", "fsmonitor-watchman"):
            shutil.copy(program, hooks / hook)
        (tmp_path / "attributes").write_text("* diff=marked\n")
        project.revision("c", "b", name="ü c.py")
        project.commit()
        (project.path / "migrations/versions/a_x.py").unlink()
        project.revision("d", "b", name="ü d.py")
        project.git("add", "-A")
        project.write(".git/info/attributes", "*.py diff=marked filter=marked\n")
        names = {"marker": program, "hooks": hooks, "attributes": tmp_path / "attributes", "trace": tmp_path / "trace"}
        yield {name: str(path) for name, path in names.items()}
        assert not marker.exists()

    @staticmethod
    def verdict(project: Project, env: dict[str, str] | None = None) -> list[list[Any]]:
        """Return the findings of every command."""
        found = []
        for arguments in ([], ["--rev", "HEAD"], ["--from-ref", "HEAD~1", "--to-ref", "HEAD"], ["--against", "HEAD~1"]):
            done = project.run("check", "--format", "json", *arguments, env=env)
            assert done.stdout, done.stderr
            checked = json.loads(done.stdout)
            assert checked["verdict"] != "cannot-judge", checked["reason"]
            found.append([checked["environments"], checked["findings"]])
        done = project.run("audit", "--all", "--format", "json", env=env)
        assert done.returncode == 0, done.stderr
        found.append([json.loads(line) for line in done.stdout.splitlines()])
        return found

    @pytest.mark.usefixtures("setting")
    def test_the_plain_verdict(self, project: Project) -> None:
        plain = self.verdict(project)
        assert [finding["rule"] for finding in plain[0][1]] == ["deleted-revision"]
        assert len(plain[-1]) == 2

    def test_configuration(self, project: Project, setting: dict[str, str]) -> None:
        """All settings at once. After a failure, bisect the table."""
        plain = self.verdict(project)
        for key, value in CONFIGURATION.items():
            project.git("config", key, value.format(**setting))
        assert self.verdict(project) == plain

    @pytest.mark.parametrize("variables", VARIABLES.values(), ids=VARIABLES.keys())
    def test_variables(self, project: Project, setting: dict[str, str], variables: dict[str, str]) -> None:
        plain = self.verdict(project)
        assert self.verdict(project, {key: value.format(**setting) for key, value in variables.items()}) == plain

    @pytest.mark.usefixtures("setting")
    def test_file_system_in_ascii(self, project: Project) -> None:
        """If Python treats file names as ASCII, they are spelled differently. Everything else is the same."""
        ascii_only = {"PYTHONUTF8": "0", "LC_ALL": "POSIX", "PYTHONCOERCECLOCALE": "0"}
        facts = [
            [(finding["rule"], finding["line"], finding["revisions"]) for finding in project.check(env=env)["findings"]]
            for env in ({}, ascii_only)
        ]
        assert facts[0] == facts[1]

    @pytest.mark.usefixtures("setting")
    def test_text_on_an_ascii_terminal(self, project: Project) -> None:
        done = project.run("check", "--select", "multiple-heads", env={"PYTHONIOENCODING": "ascii"})
        assert (done.returncode, done.stderr) == (1, "")
        assert r"migrations/versions/\xfc d.py:9: multiple-heads" in done.stdout
