"""Recognizes git commands that only read, and makes variables that keep git from writing and starting programs."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

_PLAIN = ("--no-pager", "-P", "--no-optional-locks", "--literal-pathspecs", "--bare", "--no-replace-objects")
_WITH_VALUE = ("-C", "--git-dir", "--work-tree", "--namespace")
_ALONE = ("--version", "-v")
# Options that write a file or start a program. git also accepts unique prefixes of them.
_REFUSED = (
    "--output", "--ext-diff", "--textconv", "--filters", "--show-signature", "--open-files-in-pager", "--paginate",
    "--exec", "--upload-pack", "--edit", "--recurse-submodules", "--submodule",
)  # fmt: skip
_CHANGING_BRANCH = re.compile(
    r"-\w*[dDmMcCfutq]\w*|--(?:delete|move|copy|edit|set|unset|track|force|create|no-tr|rec)\S*"
)
_LISTING_BRANCH = re.compile(
    r"-[avrl]+|--(?:list|show-current|contains|merged|no-merged|points-at|all|remotes|format)\b.*"
)
_LISTING_TAG = re.compile(r"-[ln]\d*|--(?:list|contains|merged|no-merged|points-at|sort|format)\b.*")
_CHANGING_TAG = re.compile(r"-\w*[adsufmFv]\w*|--(?:ann|sig|no-sig|loc|for|del|ver|mes|fil|edi|cle|cre)\S*")
_READING_CONFIG = re.compile(r"--get(?:-all|-regexp|-urlmatch|-color|-colorbool)?|--list|-l|get|list")
_CHANGING_CONFIG = re.compile(r"--(?:ad|rep|uns|ren|rem|ed)\S*|-e|set|unset|edit|rename-section|remove-section")


def _options(words: Sequence[str]) -> list[str]:
    return [word for word in words if word.startswith("-")]


def _only_lists_branches(words: Sequence[str]) -> bool:
    options = _options(words)
    if any(_CHANGING_BRANCH.fullmatch(word) for word in options):
        return False
    return not words or any(_LISTING_BRANCH.fullmatch(word) for word in options)


def _only_lists_tags(words: Sequence[str]) -> bool:
    options = _options(words)
    if any(_CHANGING_TAG.fullmatch(word) for word in options):
        return False
    return not words or any(_LISTING_TAG.fullmatch(word) for word in options)


def _only_reads_config(words: Sequence[str]) -> bool:
    if any(_CHANGING_CONFIG.fullmatch(word) for word in words):
        return False
    operands = [word for word in words if not word.startswith("-")]
    return any(_READING_CONFIG.fullmatch(word) for word in words) or len(operands) == 1


def _only_reads_symbolic_ref(words: Sequence[str]) -> bool:
    return len(words) - len(_options(words)) == 1 and not any(word.startswith(("-d", "--d", "-m")) for word in words)


def _only_lists_remotes(words: Sequence[str]) -> bool:
    return list(words) in ([], ["-v"], ["--verbose"]) or list(words[:1]) == ["get-url"]


def _always_reads(_: Sequence[str]) -> bool:
    return True


# Commands that run no hook and contact no remote. A diff would run external programs without an option against it.
_DIFFING = ("log", "show", "diff", "diff-tree", "diff-index", "diff-files")
_COMMANDS: Mapping[str, Callable[[Sequence[str]], bool]] = {
    **dict.fromkeys(_DIFFING, _always_reads),
    **dict.fromkeys(
        (
            "rev-parse", "describe", "status", "rev-list", "ls-files", "ls-tree", "name-rev", "merge-base", "show-ref",
            "for-each-ref", "cat-file", "shortlog", "version", "show-branch", "cherry", "count-objects",
        ),
        _always_reads,
    ),
    "branch": _only_lists_branches,
    "tag": _only_lists_tags,
    "config": _only_reads_config,
    "symbolic-ref": _only_reads_symbolic_ref,
    "remote": _only_lists_remotes,
}  # fmt: skip


def reading_command(words: Sequence[str]) -> list[str] | None:
    """Return the words that run a git command, or None if the command may do more than read."""
    position = 1
    while position < len(words) and words[position].startswith("-"):
        if words[position] in _ALONE:
            return list(words) if len(words) == position + 1 else None
        if words[position] in _WITH_VALUE:
            position += 2
        elif words[position] in _PLAIN or words[position].startswith(tuple(f"{name}=" for name in _WITH_VALUE[1:])):
            position += 1
        else:
            return None
    command, rest = (list(words[position : position + 1]) or [""])[0], words[position + 1 :]
    allows = _COMMANDS.get(command)
    if allows is None or any(map(_is_refused, rest)) or not allows(rest):
        return None
    safe = ["--no-ext-diff", "--no-textconv"] if command in _DIFFING else []
    return [*words[: position + 1], *safe, *rest]


def index_query(words: Sequence[str]) -> list[str] | None:
    """Return a command that prints the path of the index if this command would write it despite the settings."""
    if "describe" not in words or not any(word.startswith(("--di", "--br")) for word in words):
        return None
    position = list(words).index("describe")
    return [*words[:position], "rev-parse", "--path-format=absolute", "--git-path", "index"]


def _is_refused(word: str) -> bool:
    option = word.partition("=")[0]
    return len(option) > 3 and any(refused.startswith(option) for refused in _REFUSED)  # longer than "--x"


_SETTINGS = {
    "core.fsmonitor": "false",
    "core.hooksPath": "/dev/null",
    "core.pager": "cat",
    "core.alternateRefsCommand": "false",
    "diff.external": "",
    "diff.autoRefreshIndex": "false",
    "log.showSignature": "false",
    "status.submoduleSummary": "false",
    "diff.ignoreSubmodules": "dirty",
    "gpg.program": "false",
    "gpg.openpgp.program": "false",
    "gpg.ssh.program": "false",
    "gpg.x509.program": "false",
}
_FIXED = {
    b"GIT_OPTIONAL_LOCKS": b"0",
    b"GIT_PAGER": b"cat",
    b"GIT_ALLOW_PROTOCOL": b"none",
    b"GIT_NO_LAZY_FETCH": b"1",
    b"GIT_TERMINAL_PROMPT": b"0",
}
_DROPPED = (
    b"GIT_TRACE", b"GIT_EXEC_PATH", b"GIT_EXTERNAL_DIFF", b"GIT_CONFIG_PARAMETERS", b"GIT_SSH", b"GIT_ASKPASS",
    b"GIT_PROXY_COMMAND", b"GIT_REDIRECT_", b"GIT_CONFIG_KEY_", b"GIT_CONFIG_VALUE_",
)  # fmt: skip


def safe_variables(env: Mapping[bytes, bytes], filters: Sequence[str] = ()) -> dict[bytes, bytes]:
    """Return the variables for git. Their settings override all others. `filters` are settings of programs."""
    variables = {name: value for name, value in env.items() if not name.startswith(_DROPPED)}
    settings = [*_trusted_folders(env), *_SETTINGS.items(), *((key, "") for key in filters)]
    for number, (key, value) in enumerate(settings):
        variables[b"GIT_CONFIG_KEY_%d" % number] = key.encode("utf-8", "surrogateescape")
        variables[b"GIT_CONFIG_VALUE_%d" % number] = value.encode("utf-8", "surrogateescape")
    return {**variables, **_FIXED, b"GIT_CONFIG_COUNT": b"%d" % len(settings)}


def filter_query(words: Sequence[str]) -> list[str] | None:
    """Return a command that prints the filter settings for a command that compares files."""
    command = next((word for word in words[1:] if word in _COMMANDS), "")
    if command not in (*_DIFFING, "status", "describe"):
        return None
    pattern = r"^filter\..*\.(clean|smudge|process|required)$"
    return [*words[: list(words).index(command)], "config", "--name-only", "--get-regexp", pattern]


def _trusted_folders(env: Mapping[bytes, bytes]) -> list[tuple[str, str]]:
    """Return the settings in variables that git needs to read the repository at all."""
    count = env.get(b"GIT_CONFIG_COUNT", b"0")
    pairs = [
        (env.get(b"GIT_CONFIG_KEY_%d" % number, b""), env.get(b"GIT_CONFIG_VALUE_%d" % number, b""))
        for number in range(int(count) if count.isdigit() else 0)
    ]
    return [
        ("safe.directory", value.decode("utf-8", "surrogateescape")) for key, value in pairs if key == b"safe.directory"
    ]
