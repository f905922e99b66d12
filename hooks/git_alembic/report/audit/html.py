"""A replayed history as one HTML file that loads nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape
from typing import TYPE_CHECKING

from git_alembic.findings.counts_and_quoted_ids import format_count
from git_alembic.report.audit.html_timeline import render_timeline
from git_alembic.report.audit.wording import (
    day,
    duration,
    ended_cell,
    headline,
    lasted_cell,
    notes,
    other_sentences,
    revisions_cell,
    rules_cell,
)
from git_alembic.report.wording import escape_controls, unicode_only

if TYPE_CHECKING:
    from git_alembic.audit.incidents import Incident
    from git_alembic.audit.summary import Summary


_MOST_MESSAGES = 3
_FOOTER = (
    "<p>Made by <code>git alembic audit --format html</code>. This file loads nothing from elsewhere. "
    "<code>git alembic init</code> sets up the hooks.</p>"
)
_CSS = """
:root{--bg:#faf9f7;--card:#fff;--ink:#1c2024;--faint:#62676d;--line:#e3e1dc;--track:#e9e7e2;--ok:#2e9d6a;--bad:#d3304a;
--lost:#d07f12;--bar:#c9d6e6;--link:#2358c5;--code:#f1efeb}
@media(prefers-color-scheme:dark){:root{--bg:#111417;--card:#191d21;--ink:#e8eaec;--faint:#9aa1a9;--line:#2b3137;
--track:#272d33;--ok:#3fb27f;--bad:#f2566f;--lost:#e6a040;--bar:#33475f;--link:#82a9ff;--code:#23292f}}
*{box-sizing:border-box}
html{color-scheme:light dark;scroll-behavior:smooth;-webkit-text-size-adjust:100%}
body{margin:0;background:var(--bg);color:var(--ink);font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
main{max-width:1080px;margin:0 auto;padding:48px 24px 64px}
h1{font-size:clamp(1.5rem,1.1rem + 1.9vw,2.35rem);line-height:1.22;letter-spacing:-.015em;margin:.3em 0 .6em;
text-wrap:balance}
h2{font-size:1.15rem;margin:2.6em 0 .9em}
p{margin:.35em 0}a{color:var(--link)}
code{font:.86em ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;background:var(--code);
padding:.1em .35em;border-radius:4px;overflow-wrap:anywhere}
.faint{color:var(--faint)}.eyebrow{font-size:.9rem;letter-spacing:.02em}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(170px,1fr));gap:14px;margin:28px 0 0;padding:0}
.tile{background:var(--card);border:1px solid var(--line);border-radius:12px;padding:16px 18px}
.tile b{display:block;font-size:1.75rem;line-height:1.2;letter-spacing:-.02em;font-variant-numeric:tabular-nums}
.tile.bad b{color:var(--bad)}.tile.ok b{color:var(--ok)}.tile.lost b{color:var(--lost)}
.time{background:var(--card);border:1px solid var(--line);border-radius:12px;padding:20px 22px 14px}
.activity{display:block;width:100%;height:56px;fill:var(--bar)}
.lane{margin:0 0 14px}
.lane span{display:block;font-size:.82rem;color:var(--faint);overflow-wrap:anywhere;margin:12px 0 5px}
.track{position:relative;height:22px}
.track i,.track a{position:absolute;top:0;height:100%}
.track i{background:var(--track);border-radius:6px}.track i.ok{background:var(--ok);opacity:.3}
.track a.bad{min-width:5px;background:var(--bad);border-radius:3px;transform:translateX(-2px)}
.track a.lost{width:12px;height:12px;top:5px;margin-left:-6px;background:var(--lost);border:2px solid var(--card);
transform:rotate(45deg);border-radius:2px;box-sizing:content-box;margin-top:-2px}
.track a:hover,.track a:focus-visible{outline:2px solid var(--ink);outline-offset:1px;z-index:2}
.axis{position:relative;height:26px;border-top:1px solid var(--line);font-size:.78rem;color:var(--faint)}
.axis span{position:absolute;top:5px;white-space:nowrap;transform:translateX(-50%);font-variant-numeric:tabular-nums}
.axis span::before{content:"";position:absolute;left:50%;top:-5px;height:5px;border-left:1px solid var(--line)}
.legend{display:flex;flex-wrap:wrap;gap:4px 20px;font-size:.82rem;color:var(--faint);margin:10px 0 4px}
.legend b{display:inline-block;width:11px;height:11px;border-radius:3px;margin-right:6px}
.legend .bad{background:var(--bad)}.legend .lost{background:var(--lost);transform:rotate(45deg) scale(.82)}
.legend .ok{background:var(--ok);opacity:.45}.legend .bar{background:var(--bar)}
article{display:grid;grid-template-columns:7.2rem 1fr 12.5rem;
gap:2px 22px;padding:16px 0;border-top:1px solid var(--line)}
article:target{background:linear-gradient(90deg,transparent,var(--track) 4%,var(--track) 96%,transparent)}
article h3{font-size:1rem;margin:0;overflow-wrap:anywhere;font-weight:600}
article .what{grid-column:2}article time{font-variant-numeric:tabular-nums;color:var(--faint);font-size:.92rem}
.where{font-size:.85rem;overflow-wrap:anywhere}
article .end{text-align:right;font-size:.92rem}article .end b{display:block;font-size:1.02rem}
.badge{display:inline-block;font-size:.8rem;font-weight:600;border-radius:999px;padding:.08em .7em;margin:0 6px 4px 0;
color:var(--bad);border:1px solid currentColor}.badge.lost{color:var(--lost)}
ul.plain{list-style:none;padding:0;margin:.3em 0;font-size:.92rem}ul.plain li{overflow-wrap:anywhere}
.counts{border-collapse:collapse;font-size:.95rem;min-width:min(100%,420px)}
.counts td{padding:5px 18px 5px 0;border-top:1px solid var(--line)}.counts td+td{text-align:right;padding-right:0;
font-variant-numeric:tabular-nums}
.pair{display:grid;grid-template-columns:repeat(auto-fit,minmax(280px,1fr));gap:0 48px}
footer{margin-top:48px;padding-top:16px;border-top:1px solid var(--line);font-size:.88rem;color:var(--faint)}
@media(max-width:640px){main{padding:28px 16px 40px}.time{padding:14px 14px 10px}.axis span.odd{display:none}
.tiles{grid-template-columns:1fr 1fr;gap:10px}.tile{padding:12px 14px}.tile b{font-size:1.4rem}
article{grid-template-columns:1fr}article .what{grid-column:1}.where{font-size:.85rem;overflow-wrap:anywhere}
article .end{text-align:left;margin-top:6px}
article .end b{display:inline;margin-right:8px}}
@media print{body{background:#fff}.tile,.time{break-inside:avoid}article{break-inside:avoid}}
"""


def render_html(summary: Summary, project: str, subjects: Mapping[str, str]) -> str:
    """Return the whole page in ASCII, so that it is the same on every stream."""
    name = _text(project)
    parts = [
        f'<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>Alembic history of {name}</title>',
        '<meta name="viewport" content="width=device-width,initial-scale=1">',
        f"<style>{_CSS}</style>\n</head>\n<body>\n<main>",
        f'<p class="eyebrow faint">Alembic history of <strong>{name}</strong>, {_period(summary)}</p>',
        f"<h1>{_text(headline(summary))}</h1>",
        *(f"<p>{_text(sentence)}</p>" for sentence in other_sentences(summary)),
        _tiles(summary),
    ]
    if timeline := render_timeline(summary):
        parts.append(f"<h2>Timeline</h2>\n{timeline}")
    if summary.incidents:
        parts.append("<h2>What the hooks would have stopped</h2>")
        parts += [_article(incident, number, subjects) for number, incident in enumerate(summary.incidents, 1)]
    parts += _rest(summary)
    parts.append(f"<footer>{_FOOTER}</footer>\n</main>\n</body>\n</html>")
    return unicode_only("\n".join(parts)).encode("ascii", "xmlcharrefreplace").decode()


def _period(summary: Summary) -> str:
    first, last = day(summary.first), day(summary.last)
    return first if first == last else f"{first} to {last}"


def _tiles(summary: Summary) -> str:
    times, stopped, lost_times = summary.broken_times, summary.stopped_times, summary.lost_times
    tiles = [
        ("bad" if times else "ok", f"{times:,}", f"time{'' if times == 1 else 's'} the migration history was broken")
    ]
    if times:
        tiles.append(("bad", duration(summary.broken_seconds), "broken in total"))
        tiles.append(("ok", f"{stopped:,} of {times:,}", "that the hooks would have stopped"))
    if lost_times:
        tiles.append(
            ("lost", f"{lost_times:,}", f"other commit{'' if lost_times == 1 else 's'} that they would have stopped")
        )
    touch = "touches" if summary.touched == 1 else "touch"
    tiles.append(("", f"{summary.touched:,}", f"of {format_count(summary.commits, 'commit')} {touch} an environment"))
    elements = (f'<div class="tile {kind}"><b>{value}</b><span>{words}</span></div>' for kind, value, words in tiles)
    return f'<div class="tiles">{"".join(elements)}</div>'


def _article(incident: Incident, number: int, subjects: Mapping[str, str]) -> str:
    kind = "" if incident.is_broken else " lost"
    subject = _text(subjects.get(incident.commit, "")) or f"commit {incident.commit[:10]}"
    texts = [*incident.messages[:_MOST_MESSAGES]] or [revisions_cell(incident)]
    if len(incident.messages) > _MOST_MESSAGES:
        texts.append(f"and {len(incident.messages) - _MOST_MESSAGES} more")
    messages = "".join(f"<li>{_text(message)}</li>" for message in texts)
    ended = ended_cell(incident)
    lasted = lasted_cell(incident)
    end = f"<b>{lasted}</b>{_text(ended)}" if lasted else _text(ended)
    return (
        f'<article id="i{number}"><time>{day(incident.time)}</time>\n'
        f'<div class="what"><h3>{subject}</h3>'
        f'<span class="badge{kind}">{_text(rules_cell(incident))}</span><code>{incident.commit[:10]}</code>'
        f'<ul class="plain">{messages}</ul>'
        f'<p class="where faint">{_text(", ".join(incident.environments))}</p></div>\n'
        f'<div class="end">{end}</div></article>'
    )


def _rest(summary: Summary) -> Iterator[str]:
    if lines := notes(summary):
        yield "<h2>Not in the list</h2>"
        yield from (f"<p>{_text(note)}</p>" for note in lines)
    branches = {f"{rule} ({severity})": number for (severity, rule), number in summary.on_branches.items()}
    yield '<div class="pair">'
    yield from _counts("Warnings", summary.warnings)
    yield from _counts("On branches", branches)
    yield "</div>"


def _counts(title: str, numbers: Mapping[str, int]) -> Iterator[str]:
    if numbers:
        rows = (f"<tr><td>{_text(rule)}</td><td>{number:,}</td></tr>" for rule, number in sorted(numbers.items()))
        yield f'<section><h2>{title}</h2>\n<table class="counts">{"".join(rows)}</table></section>'


def _text(text: str) -> str:
    return escape(escape_controls(text))
