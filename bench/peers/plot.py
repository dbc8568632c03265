"""Draws time against size, both logarithmic, as SVG: readable on light and on dark paper, in colour and
without (each line has its own mark and its name at its end)."""

import math

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 760, 470, 74, 118, 44, 52

# Colours of Okabe and Ito (2008), told apart by nearly all eyes; ours is the thick one.
COLOURS = ["#d55e00", "#0072b2", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#999999", "#b3a400",
           "#7a68d8"]
MARKS = ["circle", "square", "diamond", "up", "down", "cross", "plus", "ring", "box"]

STYLE = """
text { font: 13px system-ui, sans-serif; fill: #1f2328; }
.small { font-size: 11.5px; fill: #57606a; }
.grid { stroke: #d0d7de; stroke-width: 1; }
.axis { stroke: #57606a; stroke-width: 1.2; }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3; }
  .small { fill: #9da7b3; }
  .grid { stroke: #30363d; }
  .axis { stroke: #9da7b3; }
}
"""


def mark(kind, x, y, colour):
    r = 4.2
    shapes = {
        "circle": f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{r}" fill="{colour}"/>',
        "ring": f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{r}" fill="none" stroke="{colour}" stroke-width="2"/>',
        "square": f'<rect x="{x - r:.1f}" y="{y - r:.1f}" width="{2 * r}" height="{2 * r}" fill="{colour}"/>',
        "box": f'<rect x="{x - r:.1f}" y="{y - r:.1f}" width="{2 * r}" height="{2 * r}" fill="none"'
               f' stroke="{colour}" stroke-width="2"/>',
    }
    paths = {"diamond": [(0, -1.3), (1.3, 0), (0, 1.3), (-1.3, 0)], "up": [(0, -1.3), (1.2, 1), (-1.2, 1)],
             "down": [(0, 1.3), (1.2, -1), (-1.2, -1)]}
    strokes = {"cross": [(-1, -1, 1, 1), (-1, 1, 1, -1)], "plus": [(-1.2, 0, 1.2, 0), (0, -1.2, 0, 1.2)]}
    if kind in shapes:
        return shapes[kind]
    if kind in paths:
        points = " ".join(f"{x + r * a:.1f},{y + r * b:.1f}" for a, b in paths[kind])
        return f'<polygon points="{points}" fill="{colour}"/>'
    return "".join(f'<line x1="{x + r * a:.1f}" y1="{y + r * b:.1f}" x2="{x + r * c:.1f}"'
                   f' y2="{y + r * d:.1f}" stroke="{colour}" stroke-width="2.2"/>'
                   for a, b, c, d in strokes[kind])


def seconds(power):
    return {0: "1 s", 1: "10 s", 2: "100 s", -1: "100 ms", -2: "10 ms", -3: "1 ms", -4: "100 µs",
            -5: "10 µs", -6: "1 µs"}.get(power, f"1e{power} s")


def apart(places, least):
    """Moves labels down until they do not touch: {name: y} -> {name: y}."""
    moved, last = {}, -math.inf
    for name, y in sorted(places.items(), key=lambda item: item[1]):
        last = moved[name] = max(y, last + least)
    return moved


def draw(title, x_title, lines, limit=None):
    """lines: {name: {size: seconds}}, ours first. limit: (name, {size: seconds}), dashed. An SVG."""
    everything = list(lines.items()) + ([limit] if limit else [])
    sizes = [size for _, line in everything for size in line]
    times = [time for _, line in everything for time in line.values()]
    x_low, x_high = math.log10(min(sizes)), math.log10(max(sizes))
    y_low, y_high = math.floor(math.log10(min(times))), math.ceil(math.log10(max(times)))
    x_of = lambda size: LEFT + (math.log10(size) - x_low) / (x_high - x_low) * (WIDTH - LEFT - RIGHT)
    y_of = lambda time: TOP + (y_high - math.log10(time)) / (y_high - y_low) * (HEIGHT - TOP - BOTTOM)
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img"'
           f' aria-label="{title}">', f"<style>{STYLE}</style>",
           f'<text x="{LEFT}" y="24" font-weight="600">{title}</text>']
    for power in range(y_low, y_high + 1):
        y = y_of(10**power)
        out.append(f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>'
                   f'<text class="small" x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{seconds(power)}</text>')
    for power in range(math.ceil(x_low), math.floor(x_high) + 1):
        x = x_of(10**power)
        out.append(f'<line class="grid" x1="{x:.1f}" x2="{x:.1f}" y1="{TOP}" y2="{HEIGHT - BOTTOM}"/>'
                   f'<text class="small" x="{x:.1f}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle">'
                   f'10<tspan dy="-5" font-size="9">{power}</tspan></text>')
    out.append(f'<path class="axis" d="M{LEFT} {TOP}V{HEIGHT - BOTTOM}H{WIDTH - RIGHT}" fill="none"/>'
               f'<text class="small" x="{(LEFT + WIDTH - RIGHT) / 2}" y="{HEIGHT - 12}"'
               f' text-anchor="middle">{x_title}</text>')
    ends = {}
    for i, (name, line) in enumerate(everything):
        is_limit = limit is not None and i == len(everything) - 1
        colour = "#8c959f" if is_limit else COLOURS[i % len(COLOURS)]
        points = [(x_of(size), y_of(time)) for size, time in sorted(line.items())]
        path = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
        dashes = ' stroke-dasharray="5 4"' if is_limit else ""
        out.append(f'<path d="{path}" fill="none" stroke="{colour}"'
                   f' stroke-width="{3 if i == 0 else 1.6}"{dashes}/>')
        if not is_limit:
            out += [mark(MARKS[i % len(MARKS)], x, y, colour) for x, y in points]
        ends[name] = (points[-1], colour, None if is_limit else MARKS[i % len(MARKS)])
    heights = apart({name: place[1] for name, (place, _, _) in ends.items()}, 16)
    for name, ((x, y), colour, kind) in ends.items():
        at = WIDTH - RIGHT + 14
        if x < WIDTH - RIGHT - 1 or abs(heights[name] - y) > 3:
            out.append(f'<line x1="{x + 5:.1f}" y1="{y:.1f}" x2="{at - 4}" y2="{heights[name]:.1f}"'
                       f' stroke="{colour}" stroke-width="0.7" stroke-dasharray="1 3"/>')
        if kind:
            out.append(mark(kind, at, heights[name], colour))
        weight = ' font-weight="600"' if name == everything[0][0] else ""
        out.append(f'<text x="{at + 10}" y="{heights[name] + 4:.1f}"{weight}>{name}</text>')
    return "\n".join(out + ["</svg>", ""])
