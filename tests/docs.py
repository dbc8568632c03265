#!/usr/bin/env python3
"""Every relative link of every Markdown file leads to a file, and its #anchor to a heading.

Prints one TAP line per link.
"""

import os
import re
import sys
import unicodedata

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
LINK = re.compile(r"(?<!!)\[(?:[^\]\[]|\[[^\]]*\])*\]\(([^)\s]+)(?:\s+\"[^\"]*\")?\)|!\[[^\]]*\]\(([^)\s]+)\)")
SKIPPED = {".git", "build", "out"}


def markdown_files():
    for folder, names, files in os.walk(ROOT):
        names[:] = sorted(n for n in names if n not in SKIPPED)
        for name in sorted(files):
            if name.endswith(".md"):
                yield os.path.join(folder, name)


def lines_outside_code(path):
    fence = None
    with open(path, encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            mark = re.match(r"\s*(```+|~~~+)", line)
            if mark and fence is None:
                fence = mark.group(1)
            elif mark and line.strip().startswith(fence):
                fence = None
            elif fence is None:
                yield number, line.rstrip("\n")


def slug(heading):
    """The anchor that GitHub makes of a heading."""
    heading = re.sub(r"[`*]|\[([^\]]*)\]\([^)]*\)", lambda m: m.group(1) or "", heading)
    kept = (c for c in heading.strip().lower()
            if c in " -_" or unicodedata.category(c)[0] in "LNM")
    return "".join(kept).replace(" ", "-")


def anchors(path):
    seen, found = {}, set()
    for _, line in lines_outside_code(path):
        heading = re.match(r"#{1,6}\s+(.*?)\s*#*$", line)
        if heading:
            base = slug(heading.group(1))
            n = seen.get(base, 0)
            seen[base] = n + 1
            found.add(base if n == 0 else f"{base}-{n}")
    return found


def trouble(page, link):
    """What is wrong with a link on a page, or None."""
    target, _, anchor = link.partition("#")
    path = os.path.normpath(os.path.join(os.path.dirname(page), target)) if target else page
    if not path.startswith(ROOT):
        return "leads out of the project"
    if not os.path.exists(path):
        return "no such file"
    if anchor and path.endswith(".md") and anchor not in anchors(path):
        return "no such heading"
    return None


def main():
    failed = 0
    for page in markdown_files():
        name = os.path.relpath(page, ROOT)
        print(f"ok - read {name}")
        for number, line in lines_outside_code(page):
            for match in LINK.finditer(re.sub(r"`[^`]*`", "", line)):
                link = match.group(1) or match.group(2)
                if re.match(r"[a-z]+:", link):
                    continue
                wrong = trouble(page, link)
                failed += wrong is not None
                print(f"{'not ok' if wrong else 'ok'} - {name}:{number} {link}"
                      + (f": {wrong}" if wrong else ""))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
