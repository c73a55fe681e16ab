"""The report as one page: no network, no script, nothing of the data's that can act."""

import base64
import hashlib
from collections.abc import Iterator
from html import escape

from tritone.audit.findings import Finding
from tritone.audit.kinds import SEVERITIES
from tritone.audit.report import AuditReport, number
from tritone.core.markup import safe

SHOWN = 25  # groups of ids of a finding
WORDS = {"error": "errors", "warning": "warnings", "info": "notes"}
STYLE = """
:root { color-scheme: light dark; --ground: #fbfaf6; --ink: #1f1d1a; --soft: #6b675f;
  --line: #e2dfd6; --error: #a63d22; --warning: #94660f; --info: #3d55a5;
  --serif: "Iowan Old Style", "Palatino Linotype", Palatino, "Book Antiqua", Georgia, serif; }
@media (prefers-color-scheme: dark) { :root { --ground: #171614; --ink: #ece8df;
  --soft: #a29d92; --line: #35332e; --error: #f0957a; --warning: #d9ac55; --info: #98abf0; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 3.5rem 2rem 5rem; max-width: 60rem; background: var(--ground);
  color: var(--ink); font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif;
  font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
h1, h2, h3 { font-weight: 400; font-family: var(--serif); line-height: 1.2; margin: 0; }
h1 { font-size: clamp(1.7rem, 4.5vw, 2.6rem); } h2 { font-size: 1.5rem; margin-top: 3rem; }
h3 { font-size: 1.15rem; } p { margin: .35rem 0 0; max-width: 46rem; }
.brand, .soft, dt, th { color: var(--soft); } .brand { font-size: .8rem; letter-spacing: .08em; }
.verdict { font-family: var(--serif); font-size: 1.3rem; margin-top: 1rem; }
article { border-top: 1px solid var(--line); border-left: 3px solid var(--line);
  padding: 1rem 0 1.1rem 1.1rem; margin-top: 1rem; }
article.error { border-left-color: var(--error); }
article.warning { border-left-color: var(--warning); }
article.info { border-left-color: var(--info); }
.mark { font-size: .8rem; letter-spacing: .04em; } .error .mark { color: var(--error); }
.warning .mark { color: var(--warning); } .info .mark { color: var(--info); }
details { margin-top: .5rem; } summary { cursor: pointer; color: var(--soft); }
ul { margin: .4rem 0 0; padding: 0 0 0 1.1rem; columns: 2; font-size: .85rem; }
table { border-collapse: collapse; margin-top: .8rem; font-size: .9rem; }
.wide { overflow-x: auto; } caption { text-align: left; font-family: var(--serif); }
th, td { text-align: left; font-weight: 400; padding: .25rem 1.2rem .25rem 0;
  border-bottom: 1px solid var(--line); vertical-align: top; }
@media (max-width: 40rem) { body { padding: 2rem 1rem; } ul { columns: 1; } }
"""


def page(report: AuditReport) -> str:
    """The whole page as HTML text."""
    name = safe(report.data.get("spec"))
    digest = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    body = [*head(report), *found_lines(report), *floor_tables(report), *foot(report)]
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{escape(policy)}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n'
        f"<title>Audit of {name} \u00b7 Tritone</title>\n"
        f"<style>{STYLE}</style>\n</head>\n<body>\n" + "\n".join(body) + "\n</body>\n</html>"
    )


def head(report: AuditReport) -> Iterator[str]:
    yield f'<header><p class="brand">Tritone audit</p><h1>{safe(report.data.get("spec"))}</h1>'
    yield f'<p class="verdict">{safe(report.verdict)}</p>'
    splits = report.data.get("splits")
    parts = splits.items() if isinstance(splits, dict) else ()
    told = ", ".join(f"{count:,} {safe(split)}" for split, count in parts)
    yield f'<p class="soft">{report.data.get("n"):,} clips: {told}.</p></header>'


def found_lines(report: AuditReport) -> Iterator[str]:
    for severity in SEVERITIES:
        findings = [one for one in report.findings if one.severity == severity]
        if findings:
            yield f"<h2>{len(findings)} {WORDS[severity] if len(findings) > 1 else severity}</h2>"
            for finding in findings:
                yield from article(finding)


def article(finding: Finding) -> Iterator[str]:
    about = f" \u00b7 {safe(finding.channel)}" if finding.channel else ""
    yield f'<article class="{finding.severity}"><p class="mark">{finding.severity}{about}</p>'
    yield f"<h3>{safe(finding.id)}</h3><p>{safe(finding.what)}</p>"
    yield f'<p class="soft">{safe(finding.advice)}</p>'
    if finding.groups:
        shown = finding.groups[:SHOWN]
        yield f"<details><summary>Clips: {len(shown)} of {finding.count:,}</summary><ul>"
        yield from (f"<li>{' = '.join(safe(one) for one in group)}</li>" for group in shown)
        yield "</ul></details>"
    yield "</article>"


def floor_tables(report: AuditReport) -> Iterator[str]:
    if report.floors:
        yield "<h2>What a constant guess scores</h2>"
    for target, splits in report.floors.items():
        names = list(dict.fromkeys(name for figures in splits.values() for name in figures))
        yield f'<div class="wide"><table><caption>{safe(target)}</caption><tr><th></th>'
        yield "".join(f"<th>{safe(split)}</th>" for split in splits) + "</tr>"
        for name in names:
            cells = (number(f[name]) if name in f else "" for f in splits.values())
            yield f"<tr><th>{safe(name)}</th>" + "".join(f"<td>{c}</td>" for c in cells) + "</tr>"
        yield "</table></div>"


def foot(report: AuditReport) -> Iterator[str]:
    yield "<h2>How it was looked for</h2>"
    yield from (f"<p>{safe(sentence)}</p>" for sentence in report.looked)
    yield "<p>An audit finds what it looks for. No finding does not mean no fault.</p>"
    licence = report.data.get("licence")
    if licence:
        yield f'<p class="soft">Licence of the data: {safe(licence)}.</p>'
