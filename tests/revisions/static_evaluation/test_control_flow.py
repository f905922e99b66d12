"""Hidden bindings make a file unreadable. The code of real projects stays readable."""

from __future__ import annotations

import ast

import pytest

from git_alembic.revisions.parser import read_revision
from git_alembic.revisions.revision import Revision, Unreadable
from git_alembic.revisions.static_evaluation.control_flow import find_bindings

START = "revision = 'c'\ndown_revision = 'b'\n"
LIST = "revision = 'c'\ndown_revision = ['a', 'b']\n"


def reason(text: str) -> str | None:
    """Return the reason why a file is unreadable, or None."""
    found = read_revision("x.py", "", text.encode())
    return found.reason if isinstance(found, Unreadable) else found.problem


def revision(text: str) -> Revision:
    found = read_revision("x.py", "", text.encode())
    assert isinstance(found, Revision), found
    assert found.problem is None, found.problem
    return found


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("def f(x=(down_revision := 'a')): pass\n", "is set by a `:=` (line 3)"),
        ("@(down_revision := 'a') and (lambda f: f)\ndef g(): pass\n", "is set by a `:=` (line 3)"),
        ("class X((down_revision := 'a') and object): pass\n", "is set by a `:=` (line 3)"),
        ("f = lambda x=(down_revision := 'a'): x\n", "is set by a `:=` (line 3)"),
        ("x: (down_revision := 'a') = 1\n", "is set by a `:=` (line 3)"),
        ("class X:\n    global down_revision\n    down_revision = 'a'\n", "is set by a `global` statement (line 4)"),
        ("def f():\n    global down_revision\n    down_revision = 1\nf()\n", "is set by a `global` statement (line 4)"),
        (
            "def f():\n    global down_revision\n    down_revision = 'a'\ndef g():\n    f()\nh = [g]\nh[0]()\n",
            "is set by a `global` statement (line 4)",
        ),
        (
            "@print\ndef f():\n    global down_revision\n    down_revision = 'a'\n",
            "is set by a `global` statement (line 5)",
        ),
        (
            "class X:\n    if 1:\n        def f(x):\n            global down_revision\n            down_revision = x\n",
            "is set by a `global` statement (line 6)",
        ),
        ("match 'a':\n    case down_revision: pass\n", "is set in a loop or a `match` (line 4)"),
        ("match 'a':\n    case [*down_revision]: pass\n", "is set in a loop or a `match` (line 4)"),
        ("match {}:\n    case {**down_revision}: pass\n", "is set in a loop or a `match` (line 4)"),
        ("for _ in (1,):\n    del down_revision\n", "is set in a loop or a `match` (line 4)"),
        ("for _ in (1,):\n    def down_revision(): pass\n", "is set in a loop or a `match` (line 4)"),
        ("for _ in (1,):\n    class down_revision: pass\n", "is set in a loop or a `match` (line 4)"),
        ("while f():\n    from x import *\n", "may be replaced by `import *` (line 4)"),
        ("from x import *\n", "may be replaced by `import *` (line 3)"),
        ("from .sqlalchemy import *\n", "may be replaced by `import *` (line 3)"),
        ("from sqlalchemy_x import *\n", "may be replaced by `import *` (line 3)"),
        ("from sqlalchemy import *\nfrom x import *\n", "may be replaced by `import *` (line 4)"),
        ("if f():\n    from x import *\n", "depends on an `if` (line 3)"),
        ("try: f()\nexcept OSError as down_revision: pass\n", "depends on a `try` (line 3)"),
        (
            "try:\n    down_revision = 'a'\n    import nowhere\n    down_revision = 'b'\nexcept ImportError: pass\n",
            "depends on a `try` (line 3)",
        ),
        ("with suppress(OSError):\n    down_revision = f()\n", "depends on a `with` (line 3)"),
        (
            "FLAG = 0\ndef f():\n    global FLAG\n    FLAG = 1\nf()\nif FLAG:\n    down_revision = 'a'\n",
            "depends on an `if` (line 8)",
        ),
        ("from x import str\ndown_revision = str('a')\n", "isn't a literal: it is computed by a call (line 4)"),
        (
            "from x import *\nrevision, down_revision = 'c', tuple('a')\n",
            "isn't a literal: it is computed by a call (line 4)",
        ),
        ("if x == '__main__':\n    down_revision = 'a'\n", "depends on an `if` (line 3)"),
        (
            "if f(): pass\nelse:\n    try:\n        down_revision = 'a'\n    except E:\n        down_revision = 'a'\n",
            "depends on an `if` (line 3)",
        ),
        ("if __name__ == 'x':\n    down_revision = 'a'\n", "depends on an `if` (line 3)"),
        ("a, b = tuple({'x', 'y'})\ndown_revision = a\n", "is unpacked from an expression (line 3)"),
        ("down_revision, b = (*{'x', 'y'}, 'z')\n", "isn't a literal: it is computed by an expression (line 3)"),
    ],
)  # fmt: skip
def test_a_parent_with_a_hidden_binding(text: str, why: str) -> None:
    name = "revision" if "import *" in text and "str" not in text and "tuple" not in text else "down_revision"
    assert reason(START + text) == f"`{name}` {why}"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("globals()['down_revision'] = 'a'\n", "globals"),
        ("vars()['down_revision'] = 'a'\n", "vars"),
        ("locals().update(down_revision='a')\n", "locals"),
        ("exec('down_revision = 1')\n", "exec"),
        ("run = eval\n", "eval"),
        ("from builtins import exec as run\n", "exec"),
        ("import builtins\ngetattr(builtins, 'ex' + 'ec')('down_revision = 1')\n", "builtins"),
        ("def f(): pass\nf.__globals__['down_revision'] = 'a'\n", "__globals__"),
        ("def f(): pass\ngetattr(f, '__globals__')['down_revision'] = 'a'\n", "__globals__"),
        ("import sys\nsys._getframe().f_globals['down_revision'] = 'a'\n", "_getframe"),
        ("def f():\n    globals()['down_revision'] = 'a'\nf()\n", "globals"),
        ("\uff45\uff58\uff45\uff43('down_revision = 1')\n", "exec"),
    ],
)
def test_code_that_can_change_any_name(text: str, name: str) -> None:
    found = reason(START + text)

    assert found is not None
    assert found.startswith("`revision` can be changed by `"), found
    assert name in found


@pytest.mark.parametrize(
    "text",
    [
        "def f():\n    down_revision[0] = 'x'\nf()\n",
        "del down_revision[1]\n",
        "for down_revision[0] in 'xy': pass\n",
        "with f() as down_revision[0]: pass\n",
        "@print(down_revision)\ndef f(): pass\n",
        "def f(x=down_revision): x.append('x')\n",
        "class X:\n    down_revision.append('x')\n",
        "class X(print(down_revision) or object): pass\n",
        "assert down_revision.pop()\n",
        "if down_revision.pop(): pass\n",
        "try: pass\nexcept f(down_revision): pass\n",
        "other = down_revision\nother += ['x']\n",
        "x = [down_revision]\nx[0].append('x')\n",
        "x: down_revision.append('x') = 1\n",
        "later = (down_revision.append(x) for x in 'x')\n",
        "change = lambda: down_revision.append('x')\nchange()\n",
        "x = (y, down_revision) = [['x'], ['y']]\nx[1].append('x')\n",
        "down_revision = down_revision if f() else down_revision\nf(down_revision)\n",
        "class X:\n    global other\n    other = 1\nother = down_revision\nother.append('x')\n",
    ],
)
def test_a_list_that_is_changed_in_place(text: str) -> None:
    found = reason(LIST + text)

    assert found is not None
    assert found.startswith(("`down_revision` is ", "`down_revision` depends on a `try` "))


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("raise SystemExit\n", 3),
        ("assert False, 'not to be loaded'\n", 3),
        ("exit()\n", 3),
        ("import sys\nsys.exit('no')\n", 4),
        ("if True:\n    raise OSError\n", 4),
        ("if __name__ == '__main__':\n    pass\nelse:\n    raise OSError\n", 6),
        ("if f():\n    raise OSError\nelse:\n    assert not 1\n", 3),
        ("try:\n    raise OSError\nfinally:\n    x = 1\n", 3),
    ],
)
def test_a_file_that_always_raises(text: str, line: int) -> None:
    assert (
        reason(START + text)
        == f"`revision` is never assigned, because running the file always raises an exception (line {line})"
    )


@pytest.mark.parametrize(
    "text",
    [
        "from x import *\n" + START,
        START + "from sqlalchemy import *\n",
        START + "try:\n    from sqlalchemy.dialects.postgresql import *\nexcept ImportError:\n    pass\n",
        "import os\nfrom x import *\nSQL = open('x').read()\n" + START,
        START + "def upgrade():\n    global down_revision\n    down_revision = globals()['x'] or exec('y')\n",
        START + "def upgrade(name):\n    globals()[f'upgrade_{name}']()\n",
        START
        + "def upgrade(name):\n    globals()[f'upgrade_{name}']()\nif __name__ == '__main__':\n    upgrade('x')\n",
        START + "@decorator\ndef upgrade():\n    op.execute('x' % locals())\n",
        START + "def helper(down_revision):\n    down_revision = 'a'\n    return down_revision\nhelper('x')\n",
        START + "class X:\n    down_revision = 'a'\n    def f(self):\n        down_revision = 'a'\n",
        START + "assert revision != down_revision\n",
        START + "assert True\nassert 1, 'never'\n",
        START + "with suppress(ValueError):\n    raise ValueError\n",
        START + "x = [down_revision for down_revision in 'x']\n",
        START + "for row in rows:\n    down = lambda down_revision: down_revision\n",
        START + "try:\n    import x\nexcept ImportError as error:\n    x = None\n",
        START + "def __getattr__(name): return name\nbranch_labels = depends_on = None\n",
        "for down_revision in 'xyz':\n    pass\n" + START,
        "def f():\n    global other\n    other = 1\nf()\n" + START,
        "with open('x') as file:\n    down_revision = 'b'\nrevision = 'c'\n",
        "revision = 'c'\ndown_revision = ['b']\nmany = ['x']\nmany.append('y')\n",
        "revision = 'c'\nmany = ['b']\nother = [*many]\ndown_revision = many\n",
        "revision = 'c'\ndown_revision = many = ['x']\ndown_revision = 'b'\nmany.append('y')\n",
        START + "if x:\n    other = 1\n    del other\n",
        "revision = 'c'\ndown_revision = ('b',)\nprint(down_revision)\n",
        START + "__all__ = ['x']\n__import__('os')\nname = __name__\n",
    ],
)
def test_code_of_projects_is_readable(text: str) -> None:
    assert (revision(text).id, revision(text).down) == ("c", ("b",))


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("depends_on = str.lower('A')\n", "`depends_on` isn't a literal: it is computed by a call (line 3)"),
        ("depends_on = ('a', f())\n", "`depends_on` isn't a literal: it is computed by a call (line 3)"),
        ("from x import other\ndepends_on = other\n", "`depends_on` comes from the imported name `other` (line 3)"),
        ("branch_labels = f()\n", "`branch_labels` isn't a literal: it is computed by a call (line 3)"),
        (
            "import x\nbranch_labels = (x.LABEL, f())\n",
            "`branch_labels` isn't a literal: it is computed by a call (line 4)",
        ),
        ("x = f()\nbranch_labels = x\n", "`branch_labels` isn't a literal: it is computed by a call (line 3)"),
        ("branch_labels = x.LABEL\n", "`branch_labels` comes from `x.LABEL` (line 3)"),
        ("def __getattr__(name): return 'x'\n", "`depends_on` comes from `__getattr__` (line 3)"),
    ],
)
def test_computed_labels_and_dependencies_are_a_problem(text: str, why: str) -> None:
    found = read_revision("x.py", "", (START + text).encode())

    assert isinstance(found, Revision)
    assert (found.id, found.down, found.problem) == ("c", ("b",), why)


def test_labels_from_another_module_are_told_apart_by_their_names() -> None:
    text = START + "from x import cli, Y\nbranch_labels = ('pre-' + cli.LABEL, Y, 'z')\n"

    assert revision(text).labels == ("<'pre-' + cli.LABEL>", "<Y>", "z")


def test_names_that_are_bound_later_do_not_explain_a_label() -> None:
    for end in ("\n", "; "):
        text = f"{START}from x import Y\nname = 'a'\nbranch_labels = (Y, name){end}name = 'b'\n"

        assert revision(text).labels == ("<Y>", "<name>")


def test_names_that_every_branch_deletes() -> None:
    text = START + "if x:\n    del revision\nelse:\n    del revision\n"

    assert (reason(text) or "").startswith("does not assign `revision`")


@pytest.mark.parametrize(("depth", "readable"), [(1, True), (91, True), (92, False)])
def test_targets_are_followed_to_a_depth(depth: int, readable: bool) -> None:
    target, value = "(" * depth + "revision" + ",)" * depth, "(" * depth + "'c'" + ",)" * depth
    assert (reason(f"down_revision = 'b'\n{target} = {value}\n") is None) is readable


@pytest.mark.parametrize(
    "rebound",
    [
        "if unknown():\n    many = 'q'\n",
        "if unknown():\n    many = ['q']\n",
        "for many in unknown(): pass\n",
        "try:\n    many = unknown()\nexcept Exception: pass\n",
        "with unknown():\n    many = unknown()\n",
    ],
)
def test_a_name_that_may_keep_its_list_can_change_it(rebound: str) -> None:
    text = f"revision = 'a'\nmany = ['x']\ndown_revision = many\n{rebound}many.append('y')\n"
    assert isinstance(read_revision("x.py", "", text.encode()), Unreadable)


def test_a_name_that_may_have_the_list_of_another_name_can_change_it() -> None:
    text = "revision = 'a'\nmany = ['x']\nif unknown():\n    other = many\nother.append('y')\ndown_revision = many\n"
    assert isinstance(read_revision("x.py", "", text.encode()), Unreadable)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("from x import *\n", {"*"}),
        ("from sqlalchemy import *\n", {"*"}),
        ("for x in y:\n    from sqlalchemy import *\n", {"x", "*"}),
        ("import a.b, c as d\nfrom x import e\n", {"a", "d", "e"}),
    ],
)
def test_the_names_that_imports_bind(text: str, names: set[str]) -> None:
    found = find_bindings(ast.parse(text).body, text.encode())
    assert isinstance(found, dict)
    assert set(found) == names
