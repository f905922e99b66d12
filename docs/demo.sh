#!/usr/bin/env bash
# Two branches, two migrations, one merge: the hook blocks it, and the printed repair fixes it.
# Everything is real (git, pre-commit, Alembic, SQLite) and runs in a temporary folder that is removed at the end.
# `make demo`, or: PYTHON=python3.12 docs/demo.sh
set -eu

checkout=$(cd "$(dirname "$0")/.." && pwd -P)
stage=$(mktemp -d "${TMPDIR:-/tmp}/git-alembic-demo.XXXXXX")
trap 'rm -rf "$stage"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

say() { printf '\n\033[1m# %s\033[0m\n' "$*"; }
run() { printf '$ %s\n' "$*"; "$@"; }
fail() { printf '\ndemo: %s\n' "$*" >&2; exit 1; }

# --- its own home folder: no git setting of the user applies, and nothing is written outside $stage
mkdir -p "$stage/home" "$stage/tmp"
for settings in .pip/pip.conf .config/pip/pip.conf "Library/Application Support/pip/pip.conf"; do
    if [ -f "$HOME/$settings" ]; then # keep the user's package index
        mkdir -p "$stage/home/$(dirname "$settings")"
        cp "$HOME/$settings" "$stage/home/$settings"
    fi
done
for name in $(compgen -e); do
    case $name in GIT_* | PRE_COMMIT* | ALEMBIC_* | XDG_*) unset "$name" ;; esac
done
export HOME="$stage/home" TMPDIR="$stage/tmp" PRE_COMMIT_HOME="$stage/pre-commit" GIT_CONFIG_NOSYSTEM=1
export PYTHONDONTWRITEBYTECODE=1 PIP_NO_CACHE_DIR=1
git config --global user.name "Demo"
git config --global user.email "demo@example.invalid"
git config --global init.defaultBranch main
git config --global advice.detachedHead false
git config --global --add safe.directory '*'

say "Create a virtual environment with pre-commit and Alembic"
python=${PYTHON:-python3}
"$python" -m venv "$stage/venv" 2>/dev/null || {
    "$python" -m venv --clear --without-pip "$stage/venv"
    "$python" -m pip --python "$stage/venv/bin/python" install -qq pip
}
"$stage/venv/bin/python" -m pip install -qq alembic pre-commit
export PATH="$stage/venv/bin:$PATH"
run alembic --version

# --- the hook repository: a clone of this checkout with its uncommitted changes, committed and tagged only in the clone
git clone --quiet "$checkout" "$stage/git-alembic" 2>/dev/null || git init --quiet "$stage/git-alembic"
git --git-dir="$stage/git-alembic/.git" --work-tree="$checkout" add --all
git -C "$stage/git-alembic" commit --quiet --allow-empty --message "Add the uncommitted changes"
git -C "$stage/git-alembic" tag v0.0.0-demo

say "Create a project on SQLite, with the hook"
mkdir "$stage/shop"
cd "$stage/shop"
git init --quiet
alembic init migrations >/dev/null
sed -i.orig 's|^sqlalchemy.url = .*|sqlalchemy.url = sqlite:///shop.db|' alembic.ini
rm alembic.ini.orig
printf 'shop.db\n__pycache__/\n' >.gitignore
cat >.pre-commit-config.yaml <<YAML
default_install_hook_types: [pre-commit, pre-merge-commit]
repos:
  - repo: file://$stage/git-alembic
    rev: v0.0.0-demo
    hooks:
      - id: alembic-check
YAML
cat .pre-commit-config.yaml
git add .
run pre-commit install --install-hooks

# Let Alembic create a revision, make it create a table, and commit it through the hook.
migrate() {
    file=$(alembic revision --message "create $1" | sed -n 's/^ *Generating \(.*\.py\) .*/\1/p')
    [ -f "$file" ] || fail "alembic revision created no file"
    "$stage/venv/bin/python" - "$file" "$1" <<'PYTHON'
import pathlib, sys
path, table = pathlib.Path(sys.argv[1]), sys.argv[2]
create = f'    op.create_table("{table}", sa.Column("id", sa.Integer, primary_key=True))\n'
drop = f'    op.drop_table("{table}")\n'
path.write_text(path.read_text().replace("    pass\n", create, 1).replace("    pass\n", drop, 1))
PYTHON
    git add .
    run git commit --quiet --message "Create $1"
}

say "Add two revisions on main"
migrate customers
migrate orders

say "Add a revision on one branch ..."
git switch --quiet --create invoices
migrate invoices

say "... and another one on a second branch, on the same parent"
git switch --quiet --create shipments main
migrate shipments

say "Merge the first branch, then the second: git sees no conflict, but the history forks"
git switch --quiet main
run git merge --quiet --ff-only invoices
said="$stage/said"
if run git merge --no-edit shipments >"$said" 2>&1; then
    cat "$said"
    fail "the merge went through; the hook should have stopped it"
fi
cat "$said"
grep -q 'multiple-heads' "$said" || fail "the merge was stopped, but not by multiple-heads"

say "This is what Alembic would have done"
run alembic heads
if run alembic upgrade head; then
    fail "Alembic should refuse two heads"
fi

say "Run the printed repair"
repair=$(awk '
    /^ *(cd .* && )?alembic .*merge / { found = 1; sub(/^ +/, ""); print; next }
    found { if (sub(/^ +git add /, "git add ")) print; exit }
' "$said")
[ -n "$repair" ] || fail "no alembic merge command was printed"
printf '%s\n' "$repair" | sed 's/^/$ /'
sh -euc "$repair"
run git commit --quiet --no-edit

say "Now there is one head, and the database upgrades to it"
run alembic heads
[ "$(alembic heads | wc -l)" -eq 1 ] || fail "there should be only one head"
run alembic upgrade head
tables=$("$stage/venv/bin/python" -c '
import sqlite3
print(*sorted(name for (name,) in sqlite3.connect("shop.db").execute("select name from sqlite_master where type = \"table\"")))
')
printf 'tables: %s\n' "$tables"
[ "$tables" = "alembic_version customers invoices orders shipments" ] || fail "tables are missing"
git log --oneline --graph
say "Done"
