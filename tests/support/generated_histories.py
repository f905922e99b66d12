"""Generates unusual histories from a seed, healthy and broken, as files."""

from __future__ import annotations

from random import Random
from typing import NamedTuple


class Written(NamedTuple):
    """One revision file: its declarations, and its place."""

    path: str
    id: str
    down: tuple[str, ...]
    depends: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()

    def text(self, random: Random) -> str:
        """Return the file in one of the forms that people and templates write."""
        annotated = random.random() < 0.5
        lines = [
            f'"""{self.id}\n\nRevision ID: {self.id}\nRevises: {", ".join(self.down)}\n"""',
            f"revision{': str' * annotated} = {self.id!r}",
            f"down_revision{': str | None' * annotated} = {_value(self.down, random)}",
        ]
        for name, values in (("branch_labels", self.labels), ("depends_on", self.depends)):
            if values or random.random() < 0.5:
                lines.append(f"{name} = {_value(values, random)}")
        return "\n".join([*lines, "", "def upgrade():", "    pass", ""])


def _value(names: tuple[str, ...], random: Random) -> str:
    if not names:
        return random.choice(["None", "None", "None", "()", "[]"])
    if len(names) == 1 and random.random() < 0.8:
        return repr(names[0])
    return random.choice([repr(names), repr(list(names)), f"(\n    {', '.join(map(repr, names))},\n)"])


def grown(random: Random) -> list[Written]:
    """Return a healthy history of up to sixty revisions. Ids and file names are in no order."""
    size = random.choice([0, 1, 2, 3, *[random.randrange(4, 25)] * 6, 60])
    numbers = random.sample(range(1000), size)
    made: list[Written] = []
    for place, number in enumerate(numbers):
        kind = random.choices(["line", "fork", "merge", "base"], [6, 2, 2, 1])[0] if made else "base"
        down: tuple[str, ...] = ()
        if kind != "base":
            known = [written.id for written in made]
            some = {"line": known[-1:], "fork": random.sample(known, 1), "merge": random.sample(known, min(3, place))}
            down = tuple(some[kind])
        needed = random.choice(made) if made and random.random() < 0.12 else None
        name = needed and random.choice([needed.id, *needed.labels])
        labels = (f"label{place}",) if random.random() < 0.08 else ()
        made.append(Written(f"versions/{number:03}.py", f"r{number:03}", down, (name,) if name else (), labels))
    return made


def broken(random: Random) -> list[Written]:
    """Return the same with one to three offenses."""
    made = grown(random) or [Written("versions/000.py", "r000", ())]
    for _ in range(random.choice([1, 1, 1, 2, 3])):
        at = random.randrange(len(made))
        written, other = made[at], random.choice(made)
        offense = random.choice(
            ["gone", "lost", "loop", "back", "needs", "needs back", "again", "empty", "twice", "label"]
        )
        if offense == "lost":  # as after a deletion of its file
            del made[at]
            made = made or [written]
        elif offense == "again":
            made.append(written._replace(path=f"versions/{random.randrange(1000):03}_again.py", down=other.down))
        else:
            made[at] = _offending(written, other, offense, made)
    return made


def _offending(written: Written, other: Written, offense: str, made: list[Written]) -> Written:
    return {
        "gone": written._replace(down=(*written.down, "gone")),
        "empty": written._replace(down=("",)),
        "loop": written._replace(down=(written.id,)),
        "back": written._replace(down=(*written.down, _last_below(written, made))),
        "twice": written._replace(down=written.down * 2),
        "label": written._replace(labels=other.labels or (other.id,)),
        "needs": written._replace(depends=("nothing",)),
        "needs back": written._replace(depends=(_last_below(written, made), other.id)),
    }[offense]


def _last_below(written: Written, made: list[Written]) -> str:
    """Return the id of the last revision that leads back to `written`, which may be itself."""
    line = {written.id}
    last = written.id
    for other in made:
        if line.intersection(other.down):
            line.add(other.id)
            last = other.id
    return last
