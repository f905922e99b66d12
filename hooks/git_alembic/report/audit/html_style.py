"""The style of the HTML report: light and dark, wide and narrow."""

CSS = """
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
