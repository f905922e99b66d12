"""Any input gives a clear sentence and a documented exit code, and changes nothing."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.support.project import INI, Project

VERSIONS = "migrations/versions"
HEAD = b"revision = 'c'\ndown_revision = 'b'\n"


def fingerprint(project: Project) -> tuple[str, ...]:
    """Return the content of git and the working tree: status, refs, index."""
    questions = (["status", "--porcelain", "-z"], ["for-each-ref"], ["ls-files", "-s", "-z"], ["stash", "list"])
    return tuple(project.git(*arguments) for arguments in questions)


def check_result(project: Project, *arguments: str, env: dict[str, str] | None = None) -> dict[str, Any]:
    """Return the report as JSON. Assert that the text has the same exit code, and that nothing crashes or changes."""
    before = fingerprint(project)
    done = project.run("check", "--format", "json", *arguments, env=env)
    assert done.stderr == ""
    found: dict[str, Any] = json.loads(done.stdout)
    assert done.returncode == {"clean": 0, "findings": 1, "cannot-judge": 2}[found["verdict"]]
    text = project.run("check", *arguments, env=env)
    assert (text.returncode, text.stderr) == (done.returncode, "")
    assert "Traceback" not in text.stdout
    assert fingerprint(project) == before
    return found


def staged(project: Project) -> list[tuple[str, str]]:
    """Return (rule, sentence) of each finding on the working tree."""
    project.git("add", "-A")
    found = check_result(project)
    assert found["verdict"] != "cannot-judge", found["reason"]
    return [(finding["rule"], finding["message"]) for finding in found["findings"]]


def unreadable(project: Project) -> str:
    """Return the sentence of the only finding, which is about an unreadable file."""
    ((rule, sentence),) = staged(project)
    assert rule == "unreadable-revision"
    return sentence


PYTHON = f"Python {sys.version_info[0]}.{sys.version_info[1]}"
NO_REVISION = (
    "does not assign `revision`, so every Alembic command fails until the file is moved out of the version folder"
)
UNREADABLE: dict[str, tuple[bytes, str]] = {
    "empty": (b"", NO_REVISION),
    "only a BOM": (b"\xef\xbb\xbf", NO_REVISION),
    "helper": (b"import os\n", NO_REVISION),
    "NUL": (HEAD + b"\0", "contains NUL bytes, so it isn't text (line 3)"),
    "binary": (b"\x7fELF" + bytes(range(256)) * 40, "contains NUL bytes, so it isn't text (line 1)"),
    "no text": (b"\x80\x04\x95\xff\xfe", f"not valid {PYTHON}"),
    "UTF-16": (HEAD.decode().encode("utf-16"), "contains NUL bytes, so it isn't text (line 1)"),
    "a wrong encoding": (b"# coding: utf-8\nrevision = '\xfc'\ndown_revision = 'b'\n", f"not valid {PYTHON}"),
    "unknown encoding": (b"# coding: nonsense\n" + HEAD, f"not valid {PYTHON}"),
    "conflict around the identifiers": (
        b"<<<<<<< HEAD\n" + HEAD + b"=======\nrevision = 'd'\ndown_revision = 'b'\n>>>>>>> topic\n",
        "has merge conflict markers around its identifiers (line 1)",
    ),
    "conflict below": (HEAD + b"<<<<<<< HEAD\nx = 1\n=======\nx = 2\n>>>>>>> topic\n", "has merge conflict markers"),
    "syntax": (HEAD + b"def upgrade(:\n", f"not valid {PYTHON}"),
    "parentheses": (HEAD + b"x = " + b"(" * 5000 + b")" * 5000 + b"\n", f"not valid {PYTHON}"),
    "unary operators": (HEAD + b"x = " + b"-" * 200_000 + b"1\n", f"nested too deeply for {PYTHON}"),
    "computed": (b"revision = compute()\ndown_revision = 'b'\n", "`revision` "),
    "a number": (
        b"revision = 3\ndown_revision = 'b'\n",
        "`revision` holds a value of type `int`, which isn't a string",
    ),
    "an empty id": (b"revision = ''\ndown_revision = 'b'\n", "its identifier '' is empty"),
    "illegal characters": (
        b"revision = 'a-b@c'\ndown_revision = 'b'\n", "its identifier 'a-b@c' contains `-`, `@`, which Alembic rejects",
    ),
}  # fmt: skip


class TestContents:
    """Tests of revision files with any content."""

    @pytest.mark.parametrize(("content", "start"), UNREADABLE.values(), ids=UNREADABLE.keys())
    def test_unreadable(self, project: Project, content: bytes, start: str) -> None:
        project.write(f"{VERSIONS}/c_x.py", content)
        found = unreadable(project)
        assert found.startswith(start)
        assert "\n" not in found

    @pytest.mark.parametrize(
        "content",
        [
            pytest.param(b"\xef\xbb\xbf" + HEAD, id="BOM"),
            pytest.param(HEAD.replace(b"\n", b"\r\n"), id="CRLF"),
            pytest.param(HEAD.replace(b"\n", b"\r"), id="CR"),
            pytest.param("# coding: latin-1\n# ü\n".encode("latin-1") + HEAD, id="latin-1"),
            pytest.param(HEAD.rstrip(b"\n"), id="no last newline"),
            pytest.param(HEAD + b"#" * 5_000_000, id="5 MB comment"),
            pytest.param(HEAD + b"DATA = '" + b"x" * 5_000_000 + b"'\n", id="5 MB string"),
            pytest.param(HEAD + b"x = 1\n" * 100_000, id="100,000 lines"),
            pytest.param(b"# line\n" * 100_000 + HEAD, id="100,000 lines before"),
            pytest.param(HEAD + b"x = [" + b"1, " * 200_000 + b"]\n", id="long list"),
            pytest.param(HEAD + b"x = " + b"(" * 80 + b")" * 80 + b"\n", id="nesting"),
        ],
    )
    def test_odd_but_healthy(self, project: Project, content: bytes) -> None:
        project.write(f"{VERSIONS}/c_x.py", content)
        assert staged(project) == []
        assert check_result(project)["environments"][0]["heads"] == ["c"]

    def test_python_2_by_its_lines(self, project: Project) -> None:
        project.write(f"{VERSIONS}/c_x.py", HEAD + b"def upgrade():\n    print 'up'\n")
        (finding,) = check_result(self.added(project))["findings"]
        assert (finding["rule"], finding["line"]) == ("unreadable-revision", 4)
        project.commit()
        project.revision("d", "b")
        assert [rule for rule, _ in staged(project)] == ["multiple-heads"]

    def test_an_old_file_that_cannot_be_read(self, project: Project) -> None:
        """This commit isn't to blame. But if the file may contain what seems to be missing, there is no verdict."""
        project.write(f"{VERSIONS}/x.py", b"revision = compute()\ndown_revision = 'b'\n")
        project.commit()
        project.revision("c", "b")
        assert staged(project) == []
        project.revision("d", "nowhere")
        project.git("add", "-A")
        assert check_result(project)["reason"] == (
            f"{VERSIONS}/d_x.py: the down_revision of 'd' is 'nowhere', but the history in the index "
            f"has no such revision; it may be declared in {VERSIONS}/x.py, which cannot be read without "
            'running it (set `unreadable = "ask-project"` in [tool.git-alembic])'
        )

    @staticmethod
    def added(project: Project) -> Project:
        project.git("add", "-A")
        return project


class TestLinksAndSubmodules:
    def link(self, project: Project, target: str) -> list[tuple[str, str]]:
        (project.path / VERSIONS / "c_x.py").symlink_to(target)
        return staged(project)

    @pytest.mark.parametrize("folder", ["migrations/shared", "migrations", "shared"])
    def test_link_to_a_file_of_the_tree(self, project: Project, folder: str) -> None:
        project.write(f"{folder}/c.py", HEAD)
        assert self.link(project, f"../../{folder}/c.py") == []
        assert check_result(project)["environments"][0]["heads"] == ["c"]

    @pytest.mark.parametrize(
        ("target", "named"),
        [
            ("nowhere.py", f"{VERSIONS}/nowhere.py"),
            ("c_x.py", f"{VERSIONS}/c_x.py"),
            ("/etc/passwd", "/etc/passwd"),
            ("../../../outside.py", "../outside.py"),
            (".", VERSIONS),
            ("new\nline", f"{VERSIONS}/new\nline"),
        ],
    )
    def test_link_to_something_else(self, project: Project, target: str, named: str) -> None:
        (project.path.parent / "outside.py").write_bytes(HEAD)
        ((rule, sentence),) = self.link(project, target)
        assert rule == "unreadable-revision"
        assert sentence == f"a symbolic link to {named}, which is not in a version folder of this commit"

    def test_links_in_a_ring(self, project: Project) -> None:
        (project.path / VERSIONS / "d_x.py").symlink_to("c_x.py")
        found = self.link(project, "d_x.py")
        assert [rule for rule, _ in found] == ["unreadable-revision", "unreadable-revision"]

    def test_version_folder_is_a_link(self, project: Project) -> None:
        project.git("mv", VERSIONS, "elsewhere")
        (project.path / "migrations").mkdir(exist_ok=True)
        (project.path / VERSIONS).symlink_to("../elsewhere")
        project.git("add", "-A")
        assert check_result(project)["verdict"] != "clean"

    def test_submodule(self, project: Project) -> None:
        commit = project.git("rev-parse", "HEAD").strip()
        project.git("update-index", "--add", "--cacheinfo", f"160000,{commit},{VERSIONS}/c_x.py")
        (finding,) = check_result(project)["findings"]
        assert finding["message"] == "found a submodule where a revision file should be"

    def test_submodule_instead_of_the_folder(self, project: Project) -> None:
        commit = project.git("rev-parse", "HEAD").strip()
        project.git("rm", "-r", "-q", VERSIONS)
        project.git("update-index", "--add", "--cacheinfo", f"160000,{commit},{VERSIONS}")
        assert check_result(project)["verdict"] == "findings"

    @pytest.mark.parametrize(("external", "verdict"), [("false", "cannot-judge"), ("true", "clean")])
    def test_a_version_location_in_a_submodule(self, project: Project, external: str, verdict: str) -> None:
        commit = project.git("rev-parse", "HEAD").strip()
        locations = f"{VERSIONS} libs/plugin/versions"
        project.write("alembic.ini", f"[alembic]\nscript_location = migrations\nversion_locations = {locations}\n")
        project.write(".gitmodules", '[submodule "plugin"]\n\tpath = libs/plugin\n\turl = ../plugin\n')
        settings = f'{{ name = "a", config = "alembic.ini", external-parents = {external} }}'
        project.write("pyproject.toml", f"[tool.git-alembic]\nenvironments = [{settings}]\n")
        project.revision("c", ["b", "p"])
        project.git("add", "-A")
        project.git("update-index", "--add", "--cacheinfo", f"160000,{commit},libs/plugin")
        report = check_result(project)
        assert report["verdict"] == verdict
        assert ("libs/plugin/versions" in (report["reason"] or "")) is (external == "false")

    def test_inside_a_submodule(self, project: Project, tmp_path: Path) -> None:
        outer = Project(tmp_path / "outer")
        outer.path.mkdir()
        outer.init()
        outer.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(project.path), "inner")
        inner = Project(outer.path / "inner")
        inner.revision("c", "a")
        assert [rule for rule, _ in staged(inner)] == ["multiple-heads"]
        assert outer.rules() == []


NAMES = {
    "spaces": "  c d .py",
    "tab": "c\td.py",
    "quotes": "c'd\"e.py",
    "leading dash": "--c.py",
    "substitution": "$(touch marker)`touch marker`.py",
    "semicolon": "c;touch marker;.py",
    "glob": "*[c]?.py",
    "magic": ":(exclude)c.py",
    "backslash": "c\\n.py",
    "Unicode": "ü → 漢.py",
    "right to left": "c\u202eyp.py",
    "escape": "c\x1b[31m.py",
    "not UTF-8": b"c\xff\xfe.py".decode("utf-8", "surrogateescape"),
    "hidden": ".c.py",
    "long": "c" * 240 + ".py",
}


class TestNames:
    @pytest.fixture(params=NAMES.values(), ids=list(NAMES))
    def name(self, request: pytest.FixtureRequest) -> str:
        found: str = request.param
        return found

    def test_file(self, project: Project, name: str) -> None:
        project.write(f"{VERSIONS}/{name}", HEAD.replace(b"'b'", b"'a'"))
        project.git("add", "-A")
        (finding,) = check_result(project)["findings"]
        assert (finding["rule"], finding["revisions"]) == ("multiple-heads", ["b", "c"])
        shown = os.fsencode(f"{VERSIONS}/{name}").decode("utf-8", "surrogateescape").encode("utf-8", "backslashreplace")
        assert finding["path"].encode() == shown
        text = project.run("check", "-v").stdout
        assert text.isascii() or "\x1b" not in text
        assert not (project.path / "marker").exists()

    def test_repair(self, project: Project, name: str) -> None:
        """The printed shell command restores only this file."""
        path = f"{VERSIONS}/{name}"
        project.write(path, HEAD)
        project.commit()
        content = (project.path / path).read_bytes()
        (project.path / path).unlink()
        project.git("add", "-A")
        done = project.run("check", env={"COLUMNS": "10000"})
        lines = [line.strip() for line in done.stdout.splitlines() if line.strip().startswith("git checkout")]
        assert len(lines) == 1
        subprocess.run(["bash", "-euc", lines[0]], cwd=project.path, check=True, capture_output=True)
        assert (project.path / path).read_bytes() == content
        assert project.rules() == []
        assert not (project.path / "marker").exists()

    def test_newline(self, project: Project) -> None:
        """Alembic's pattern for file names does not match a newline, so Alembic does not load this file."""
        project.write(f"{VERSIONS}/c\nd.py", HEAD.replace(b"'b'", b"'a'"))
        assert staged(project) == []

    def test_folder_with_a_newline(self, empty: Project) -> None:
        empty.revision("a", folder="one\ntwo/versions")
        empty.revision("b", folder="one\ntwo/versions")
        assert [rule for rule, _ in staged(empty)] == ["extra-base"]

    def test_folder(self, empty: Project, name: str) -> None:
        folder = name.removesuffix(".py")
        for id_, down in (("a", None), ("b", "a")):
            empty.revision(id_, down, folder=f"{folder}/versions")
        empty.write(f"{folder}/env.py", "from alembic import context\n")
        empty.commit()
        empty.revision("c", "a", folder=f"{folder}/versions")
        assert [rule for rule, _ in staged(empty)] == ["multiple-heads"]
        assert not (empty.path / "marker").exists()

    def test_not_utf_8(self, project: Project) -> None:
        project.write(os.fsdecode(f"{VERSIONS}/".encode() + b"c\xff.py"), HEAD.replace(b"'b'", b"'a'"))
        project.git("add", "-A")
        assert "migrations/versions/c\\udcff.py:2: multiple-heads" in project.run("check").stdout


def message(project: Project, *arguments: str) -> str:
    """Return the reason why the check failed."""
    found = check_result(project, *arguments)
    assert found["verdict"] == "cannot-judge"
    reason: str = found["reason"]
    return reason


BINARY_SETTINGS = [b"\xff\xfe[\0t\0", b"\0", b"tool.git-alembic = \xff", b"[" * 100_000 + b"git-alembic"]
BROKEN_INIS = [
    b"", b"\0\0\0", b"\xff\xfe\xfd", b"no section\n", b"[alembic\n",
    b"[alembic]\nscript_location\n",
    b"[alembic]\nscript_location =\n",
    b"[alembic]\nscript_location = %\n",
    b"[alembic]\nscript_location = %(nowhere)s/x\n",
    b"[alembic]\nscript_location = %(a)s\na = %(b)s\nb = %(a)s\n",
    b"[alembic]\nscript_location = /absolute\n",
    b"[alembic]\nscript_location = ../../..\n",
    b"[alembic]\nscript_location = a:b:c:d\n",
    b"[alembic]\nscript_location = nowhere\n",
    b"[alembic]\nscript_location = migrations\nversion_locations = a\0b\n",
    b"[alembic]\nscript_location = migrations\nversion_locations = a%(here)sb\n",
    b"[alembic]\nscript_location = a%(here)s/b\nversion_locations = ../x\n",
    b"[alembic]\nscript_location = migrations\nversion_locations = ../outside\n",
    b"[alembic]\nscript_location = migrations\nversion_locations = /nowhere:%(x)s\n",
    b"[alembic]\n[alembic]\n",
    b"<<<<<<< HEAD\n[alembic]\n=======\n>>>>>>> x\n",
    b"[alembic]\n" + b"x = 1\n" * 20_000,
]  # fmt: skip


class TestConfiguration:
    @pytest.mark.parametrize(
        ("text", "reason"),
        [
            ("[tool.git-alembic\n", ":1: invalid TOML: Expected ']' at the end of a table declaration"),
            ("[tool.git-alembic]\nheads = \n", ":2: invalid TOML: Invalid value"),
            ('[tool.git-alembic]\ntagret = "x"\n', ': [tool.git-alembic] has no key "tagret" (did you mean "target"?)'),
            ("[tool.git-alembic]\nheads = 0\n",
             ': [tool.git-alembic] heads must be a positive integer or "one-per-label", not 0'),
            ('[tool.git-alembic.rules]\nmultiple-head = "off"\n',
             ': unknown rule "multiple-head" in [tool.git-alembic.rules] (did you mean \'multiple-heads\'?)'),
            ("[tool.git-alembic]\nfetch = 'of'\n",
             ': [tool.git-alembic] fetch must be one of "auto", "never", "always", not "of"'),
            ("[tool]\ngit-alembic = 3\n", ": [tool.git-alembic] must be a table, not 3"),
            ('[tool.git-alembic]\nenvironments = [{ name = "x", config = "no.ini" }]\n',
             ': [tool.git-alembic] environment "x": no.ini is not staged or committed'),
        ],
    )  # fmt: skip
    def test_settings(self, project: Project, text: str, reason: str) -> None:
        project.write("pyproject.toml", text)
        project.revision("c", "a")
        project.git("add", "-A")
        assert message(project) == f"pyproject.toml{reason}"

    def test_a_mistake_in_the_settings_is_reported_immediately(self, project: Project) -> None:
        project.write("pyproject.toml", "[tool.git-alembic]\nhedas = 2\n")
        project.git("add", "pyproject.toml")
        assert message(project) == 'pyproject.toml: [tool.git-alembic] has no key "hedas" (did you mean "heads"?)'

    def test_a_commit_that_repairs_the_settings_passes(self, project: Project) -> None:
        project.write("pyproject.toml", "[tool.git-alembic]\nheads = \n")
        project.commit()
        project.write("pyproject.toml", "[tool.git-alembic]\nheads = 1\n")
        project.revision("c", "b")
        project.git("add", "-A")
        found = check_result(project)
        assert (found["verdict"], found["reason"], found["findings"]) == ("clean", None, [])

    def test_missing_published_ref(self, project: Project) -> None:
        project.write("pyproject.toml", '[tool.git-alembic]\npublished = ["nowhere"]\n')
        project.revision("c", "a")
        project.git("add", "-A")
        assert message(project) == (
            "the published ref nowhere does not exist here: run `git fetch`, or change `published` in "
            "[tool.git-alembic]"
        )

    @pytest.mark.parametrize("content", BINARY_SETTINGS)
    def test_settings_that_are_no_text(self, project: Project, content: bytes) -> None:
        project.write("pyproject.toml", content)
        project.revision("c", "a")
        project.git("add", "-A")
        assert check_result(project)["verdict"] in ("findings", "cannot-judge")

    @pytest.mark.parametrize("content", BROKEN_INIS)
    def test_ini(self, project: Project, content: bytes) -> None:
        """A broken ini hides nothing: the revisions are found by content, or a message says that they are not."""
        project.write("alembic.ini", content)
        project.revision("c", "a")
        project.git("add", "-A")
        found = check_result(project)
        if found["verdict"] == "cannot-judge":
            assert found["reason"].startswith("alembic.ini")
        else:
            assert [finding["rule"] for finding in found["findings"]] == ["multiple-heads"]

    def test_alembics_own_table(self, project: Project) -> None:
        (project.path / "alembic.ini").unlink()
        project.write("pyproject.toml", "[tool.alembic]\nscript_location = 3\nversion_locations = {}\n")
        project.revision("c", "a")
        project.git("add", "-A")
        found = check_result(project)
        assert [finding["rule"] for finding in found["findings"]] == ["multiple-heads"]
        assert [environment["name"] for environment in found["environments"]] == ["migrations"]

    def test_a_settings_file_that_is_a_link(self, project: Project) -> None:
        project.write("real.toml", '[tool.git-alembic]\ntagret = "x"\n')
        (project.path / "pyproject.toml").symlink_to("real.toml")
        project.revision("c", "a")
        project.git("add", "-A")
        assert check_result(project)["verdict"] != "clean"


class TestCommandLine:
    @pytest.mark.parametrize(
        ("arguments", "reason"),
        [
            (["--rev", "nowhere"], "nowhere isn't a commit in this repository"),
            (["--rev", "HEAD:alembic.ini"], "HEAD:alembic.ini isn't a commit in this repository"),
            (["--rev", "HEAD^{tree}"], "HEAD^{tree} isn't a commit in this repository"),
            (["--rev=--all"], "--all isn't a commit in this repository"),
            (["--rev", "HEAD\nHEAD"], "HEAD\nHEAD isn't a commit in this repository"),
            (["--rev", "0" * 40], f"{'0' * 40} isn't a commit in this repository"),
            (["--rev", "HEAD~999"], "HEAD~999 isn't a commit in this repository"),
            (["--rev", " "], "  isn't a commit in this repository"),
            (["--rev", "a b"], "a b isn't a commit in this repository"),
            (["--rev", "ü漢"], "ü漢 isn't a commit in this repository"),
            (["--from-ref", "HEAD"], "--from-ref and --to-ref must be used together"),
            (["--to-ref", "HEAD"], "--from-ref and --to-ref must be used together"),
            (["--from-ref", "HEAD", "--to-ref", "nowhere"], "nowhere isn't a commit in this repository"),
            (["--rev", "HEAD", "--from-ref", "HEAD"],
             "--rev can't be combined with --from-ref or --to-ref"),
            (["--against", "nowhere"], "nowhere isn't a commit in this repository"),
            (["--rev", "HEAD", "--select", "multiple-head"],
             "--select: there is no rule 'multiple-head' (did you mean 'multiple-heads'?)"),
            (["--rev", "HEAD", "--ignore", "zzz"], "--ignore: there is no rule 'zzz'"),
        ],
    )  # fmt: skip
    def test_reason(self, project: Project, arguments: list[str], reason: str) -> None:
        assert message(project, *arguments) == reason

    @pytest.mark.parametrize(
        ("arguments", "output"),
        [
            (
                ["check", "--formt"],
                "git alembic check: error: unrecognized arguments: --formt (did you mean '--format'?)",
            ),
            (["chekc"], "git-alembic: there is no command 'chekc' (did you mean 'check'?)"),
            (["check", "--nonsense"], "unrecognized arguments: --nonsense"),
            (["check", "--format", "xml"], "invalid choice: 'xml'"),
            (["check", "--rev"], "expected one argument"),
            (["check", "stray"], "unrecognized arguments: stray"),
            (["audit", "--format", "sarif"], "invalid choice: 'sarif'"),
            (["audit", "nowhere"], "bad revision 'nowhere'"),
            (["audit", "--", "--output=x"], "isn't a range of commits"),
            ([], "usage: git alembic"),
        ],
    )
    def test_usage(self, project: Project, arguments: list[str], output: str) -> None:
        before = fingerprint(project)
        done = project.run(*arguments)
        assert (done.returncode, done.stdout) == (2, "")
        assert output in done.stderr
        assert "Traceback" not in done.stderr
        assert fingerprint(project) == before

    @pytest.mark.parametrize("name", ["nowhere", "ALEMBIC.INI", ""])
    def test_missing_environment(self, project: Project, name: str) -> None:
        """Nothing was checked, so the result is not clean."""
        project.revision("c", "a")
        project.git("add", "-A")
        assert check_result(project, "--environment", name)["verdict"] == "cannot-judge"


class TestRepositories:
    def test_none(self, tmp_path: Path) -> None:
        done = Project(tmp_path).run("check")
        assert (done.returncode, done.stderr) == (2, "")
        assert "not a git repository" in done.stdout

    def test_inside_the_git_folder(self, project: Project) -> None:
        done = project.run("check", cwd=".git")
        assert (done.returncode, done.stderr) == (2, "")
        assert "no working tree" in done.stdout

    def test_missing_git_dir(self, project: Project) -> None:
        done = project.run("check", env={"GIT_DIR": "/nowhere"})
        assert (done.returncode, done.stderr) == (2, "")
        assert "not a git repository" in done.stdout

    def test_corrupt_index(self, project: Project) -> None:
        project.write(".git/index", b"DIRC" + bytes(100))
        done = project.run("check")
        assert (done.returncode, done.stderr) == (2, "")
        assert "git-alembic: cannot check: git diff-index failed" in done.stdout

    def test_head_that_is_broken(self, project: Project) -> None:
        project.write(".git/HEAD", "nonsense\n")
        done = project.run("check")
        assert (done.returncode, done.stderr) == (2, "")

    def test_head_that_names_a_missing_commit(self, project: Project) -> None:
        """HEAD exists, but its commit is missing. This is not a repository without commits."""
        project.revision("c", "a")
        project.git("add", "-A")
        project.write(".git/refs/heads/main", "1" * 40 + "\n")
        done = project.run("check")
        assert (done.returncode, done.stderr) == (2, "")

    def test_blob_that_is_missing(self, project: Project) -> None:
        path = project.revision("c", "b")
        project.git("add", "-A")
        blob = project.git("rev-parse", f":{path}").strip()
        (project.path / ".git" / "objects" / blob[:2] / blob[2:]).unlink()
        done = project.run("check")
        assert (done.returncode, done.stderr) == (2, "")
        assert f"object {blob} is missing from the repository" in " ".join(done.stdout.split())

    def test_shallow_clone_of_one_commit(self, project: Project, tmp_path: Path) -> None:
        project.revision("c", "b")
        project.commit()
        project.git("clone", "-q", "--depth=1", f"file://{project.path}", str(tmp_path / "shallow"))
        shallow = Project(tmp_path / "shallow")
        assert check_result(shallow, "--rev", "HEAD")["verdict"] == "clean"
        assert message(shallow, "--from-ref", "HEAD~1", "--to-ref", "HEAD") == (
            "HEAD~1 isn't a commit in this repository, which is a shallow clone without the old commits "
            "(run `git fetch --unshallow`, or set `fetch-depth: 0` in a workflow)"
        )

    def test_unrelated_history(self, project: Project) -> None:
        project.git("checkout", "-q", "--orphan", "other")
        project.revision("z", "b")
        project.commit()
        project.switch("main")
        project.revision("c", "b")
        project.git("add", "-A")
        assert [finding["rule"] for finding in check_result(project, "--against", "other")["findings"]] == [
            "divergent-heads"
        ]


def fake_git(folder: Path, script: str) -> dict[str, str]:
    folder.mkdir()
    (folder / "git").write_text(f"#!/bin/sh\n{script}")
    (folder / "git").chmod(0o755)
    return {"PATH": f"{folder}{os.pathsep}{os.environ['PATH']}"}


class TestGit:
    def test_missing(self, project: Project, tmp_path: Path) -> None:
        (tmp_path / "bin").mkdir()
        done = project.run("check", env={"PATH": str(tmp_path / "bin")})
        assert (done.returncode, done.stderr) == (2, "")
        assert " ".join(done.stdout.split()) == (
            "git-alembic: cannot check: git was not found; git-alembic needs git 2.25 or newer"
        )

    def test_too_old(self, project: Project, tmp_path: Path) -> None:
        """git 2.17 does not know one of our options, or misinterprets it."""
        script = (
            'for word; do\n  case $word in\n    version | --version) echo "git version 2.17.1"; exit 0;;\n'
            "    --ita-invisible-in-index | --end-of-options | --absolute-git-dir | --no-renames)\n"
            '      echo "error: unknown option $word" >&2; exit 129;;\n  esac\ndone\n'
            f'exec "{shutil.which("git")}" "$@"\n'
        )
        project.revision("c", "b")
        project.git("add", "-A")
        done = project.run("check", env=fake_git(tmp_path / "bin", script))
        assert (done.returncode, done.stderr) == (2, "")
        assert " ".join(done.stdout.split()) == (
            "git-alembic: cannot check: git 2.17 is too old; git-alembic needs 2.25 or newer"
        )

    @pytest.mark.parametrize(
        "script",
        [
            pytest.param("exit 1\n", id="fails silently"),
            pytest.param("exit 0\n", id="prints nothing"),
            pytest.param("kill -9 $$\n", id="is killed"),
            pytest.param("echo 'xcrun: error: invalid active developer path' >&2; exit 1\n", id="a stub without tools"),
            pytest.param("[ $1 = version ] && echo git version 2.39.5 && exit\nexit 1\n", id="knows only its version"),
        ],
    )
    def test_that_does_not_work(self, project: Project, tmp_path: Path, script: str) -> None:
        done = project.run("check", env=fake_git(tmp_path / "bin", script))
        assert (done.returncode, done.stderr) == (2, "")
        assert done.stdout.startswith("git-alembic: cannot check: ")

    def test_not_executable(self, project: Project, tmp_path: Path) -> None:
        env = fake_git(tmp_path / "bin", "exit 0\n")
        (tmp_path / "bin" / "git").chmod(0o644)
        done = project.run("check", env={"PATH": env["PATH"].partition(os.pathsep)[0]})
        assert (done.returncode, done.stderr) == (2, "")
        assert "git was not found" in done.stdout

    def test_ini_stays_unchanged(self, project: Project) -> None:
        assert (project.path / "alembic.ini").read_text() == INI
