"""The manifest, the pages and the links match the code."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from git_alembic.cli import COMMANDS
from git_alembic.config.settings import Settings
from git_alembic.config.settings_parser import parse_settings
from git_alembic.rules.rule_defaults import BY_SLUG as RULES
from git_alembic.scratch.libpg_query_path import PARSER
from tests.support.project import Project

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).parents[2]
PAGES = ROOT / "docs" / "rules"
SECTIONS = ["Why", "Example", "Repair", "Turn it off", "Limits"]
DOCUMENTS = sorted(path.relative_to(ROOT) for path in [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])

documented = pytest.mark.parametrize("rule", sorted(RULES))


def manifest() -> list[dict[str, Any]]:
    hooks: list[dict[str, Any]] = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    return hooks


def test_every_rule_has_a_page_and_every_page_a_rule() -> None:
    assert sorted(path.name for path in PAGES.iterdir()) == sorted(f"{rule}.md" for rule in RULES)


@documented
def test_a_page_has_a_title_a_sentence_the_severity_and_its_sections(rule: str) -> None:
    title, sentence, severity, rest = (PAGES / f"{rule}.md").read_text(encoding="utf-8").split("\n\n", 3)
    assert title == f"# {rule}"
    assert re.fullmatch(r"[A-Z`][^#]*\.", sentence)
    beyond = " It's an error when you push, or check a branch or a range." if RULES[rule].beyond_commit else ""
    assert severity == f"Severity: {RULES[rule].default}.{beyond}"
    assert re.findall(r"^## (.*)$", rest, re.MULTILINE) == SECTIONS


@documented
def test_a_page_says_if_only_drift_or_roundtrip_reports_its_rule(rule: str) -> None:
    rest = (PAGES / f"{rule}.md").read_text(encoding="utf-8").split("\n\n", 3)[3]
    only = re.match(r"Only \[`git alembic (drift|roundtrip)`\].* reports? this\.", rest)
    assert (only is not None) == RULES[rule].runs_on_scratch


@documented
def test_a_page_says_how_to_turn_its_own_rule_off(rule: str) -> None:
    text = (PAGES / f"{rule}.md").read_text(encoding="utf-8")
    other = "warning" if RULES[rule].default == "error" else "error"
    command = "push" if RULES[rule].runs_on_scratch or RULES[rule].beyond_commit else "commit"
    assert f"    GIT_ALEMBIC_ALLOW={rule} git {command} ...\n" in text
    assert f'    [tool.git-alembic.rules]\n    {rule} = "off"  # or "{other}"\n' in text
    # A deleted file can't have the comment, and neither a model nor the file with the heads is a revision file.
    without = ("deleted-revision", "heads-file", "model-drift", "untracked-import")
    assert (f"    # git-alembic: allow[{rule}] the reason\n" in text) == (rule not in without)


@documented
def test_a_page_can_be_shown_on_any_terminal(rule: str) -> None:
    text = (PAGES / f"{rule}.md").read_text(encoding="utf-8")
    assert text.isascii()
    assert [line for line in text.splitlines() if len(line) > 120] == []


def page_of(command: str) -> str:
    name = {"uninstall": "install"}.get(command, command)
    return (ROOT / "docs" / "commands" / f"{name}.md").read_text(encoding="utf-8")


def test_every_command_has_a_page_and_every_page_a_command() -> None:
    pages = {path.stem for path in (ROOT / "docs" / "commands").iterdir()}
    assert pages == set(COMMANDS) - {"uninstall"}
    listed = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    assert {name for name in COMMANDS if f"`{name}`" not in listed} == set()


@pytest.mark.parametrize("command", COMMANDS)
def test_the_page_of_a_command_names_all_its_options(command: str, project: Project) -> None:
    text = page_of(command)
    if "#common-options" in text:
        text += (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    options = set(re.findall(r"(?<![\w-])--[a-z-]+", project.run(command, "--help").stdout)) - {"--help"}
    assert {option for option in options if not re.search(rf"(?<![\w-]){option}(?![\w-])", text)} == set()


@pytest.mark.parametrize("command", COMMANDS)
def test_the_page_of_a_command_starts_with_its_usage(command: str, project: Project) -> None:
    lines = page_of(command).split("\n\n")[1].splitlines()
    (usage,) = (line for line in lines if line.split()[:3] == ["git", "alembic", command])
    shown = project.run(command, "--help").stdout
    assert [option for option in re.findall(r"--[a-z-]+", usage) if option not in shown] == []


def test_every_key_of_the_configuration_is_explained_and_the_example_is_valid() -> None:
    text = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
    keys = {name.replace("_", "-") for name in Settings._fields if name != "set_by_git"}
    assert {key for key in keys if f"| `{key}` |" not in text} == set()
    shown = parse_settings(re.search(r"```toml\n(.*?)```", text, re.DOTALL).group(1))  # type: ignore[union-attr]  # the page has the block
    assert (shown.target, shown.rules) == ("origin/main", {"renamed-revision": "error"})


def test_the_manifest_has_the_hooks_that_exist() -> None:
    assert {hook["id"]: hook["stages"] for hook in manifest()} == {
        "alembic-check": ["pre-commit", "pre-merge-commit", "manual"],
        "alembic-push": ["pre-push", "manual"],
        "alembic-drift": ["pre-commit", "pre-merge-commit", "pre-push", "manual"],
        "alembic-roundtrip": ["pre-commit", "pre-merge-commit", "pre-push", "manual"],
        "alembic-hint": ["post-checkout", "post-merge", "post-rewrite"],
    }


def test_the_extra_has_the_same_packages_everywhere() -> None:
    """The hooks that run the project's code, the extra `drift` and a message name the same packages."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    brought = {hook["id"]: hook["additional_dependencies"] for hook in manifest() if "additional_dependencies" in hook}
    extra = project["optional-dependencies"]["drift"]
    assert brought == {"alembic-drift": extra, "alembic-roundtrip": extra}
    assert extra == [PARSER]
    assert not any("postgast" in line for line in project["dependencies"])


@pytest.mark.parametrize("hook", manifest(), ids=lambda hook: str(hook["id"]))
def test_a_hook_runs_whatever_was_committed(hook: dict[str, Any]) -> None:
    """pre-commit passes no deleted files, skips a hook without files, and always runs a hook without `stages`."""
    assert hook["language"] == "python"
    assert hook["entry"].split()[0] in scripts()
    assert (hook["always_run"], hook["pass_filenames"]) == (True, False)
    assert hook["minimum_pre_commit_version"] == "3.2.0"


def scripts() -> dict[str, str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    found: dict[str, str] = project["scripts"]
    return found


@pytest.mark.parametrize("document", DOCUMENTS, ids=str)
def test_every_internal_link_leads_somewhere(document: Path) -> None:
    text = re.sub(r"(?ms)^```.*?^```", "", (ROOT / document).read_text(encoding="utf-8"))
    links = re.findall(r"\]\(([^)\s]+)\)", text)
    assert [link for link in links if not external(link) and not resolves(document, link)] == []


def external(link: str) -> bool:
    return link.startswith(("https://", "http://", "mailto:"))


def resolves(document: Path, link: str) -> bool:
    """True if the file exists and has the heading, with GitHub's anchors."""
    path, _, anchor = link.partition("#")
    target = (ROOT / document).parent / path if path else ROOT / document
    return target.exists() and (not anchor or anchor in anchors(target.read_text(encoding="utf-8")))


def anchors(text: str) -> set[str]:
    headings = re.findall(r"^#+ +(.*?) *#*$", re.sub(r"(?ms)^```.*?^```", "", text), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize(
    ("link", "there"),
    [
        ("multiple-heads.md", True),
        ("multiple-heads.md#turn-it-off", True),
        ("#limits", True),
        ("../../CONTRIBUTING.md", True),
        ("no-such-rule.md", False),
        ("multiple-heads.md#no-such-heading", False),
        ("#no-such-heading", False),
    ],
)
def test_a_broken_link_is_found(link: str, there: bool) -> None:
    assert resolves(Path("docs/rules/extra-base.md"), link) is there


def test_the_map_has_every_package_in_the_order_of_the_layers() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    rows = re.findall(r"(?m)^\| `(\w+)` \|", text.partition("## Map")[2].partition("\n## ")[0])
    linter = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    (layers,) = (contract["layers"] for contract in linter["contracts"] if contract["id"] == "layers")
    names = [name for layer in layers for name in layer.split(" | ")]
    modules = ("__main__", "temporary_files", "lazy_imports", "interrupts_and_utf8_mode", "errors")
    assert rows == [name for name in names if name not in modules]
