"""Draws what scripts/bench-growth and scripts/bench-peers measured, as SVG.

    python3 scripts/bench-plots.py GROWTH.jsonl PEERS.json-or-nothing FOLDER

Python's standard library only. The same figures give the same bytes, so a plot changes when a figure does.
"""

import json
import math
import sys
from html import escape
from pathlib import Path

WIDTH, HEIGHT = 720, 400
LEFT, RIGHT, TOP, BOTTOM = 76, 200, 44, 52
# Told apart by people who do not tell all colours apart (Okabe and Ito 2008).
COLOURS = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000"]


def newest(path):
    """The newest line of each size, the smallest first."""
    lines = [json.loads(line) for line in Path(path).read_text().splitlines()]
    return [line for _, line in sorted({line["events"]: line for line in lines}.items())]


def short(value):
    for size, unit in ((1e6, "M"), (1e3, "k")):
        if value >= size:
            return f"{value / size:g}{unit}"
    return f"{value:g}"


def decades(low, high):
    """Powers of ten around what is shown."""
    return [10.0**power for power in range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)]


def steps(high):
    """Some round numbers from nothing to beyond the highest."""
    step = 10 ** math.floor(math.log10(high))
    step = next(step * part for part in (0.2, 0.5, 1, 2) if high / (step * part) <= 6)
    return [round(step * number, 10) for number in range(math.ceil(high / step) + 1)]


class Drawing:
    def __init__(self, title):
        self.parts = [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="12">',
            f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>',
        ]
        self.text(LEFT, 24, title, size=15, weight="bold")

    def text(self, x, y, words, anchor="start", size=12, weight="normal", turn=None, colour="#222222"):
        turned = f' transform="rotate({turn} {x:.1f} {y:.1f})"' if turn else ""
        self.parts.append(
            f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}" font-weight="{weight}" fill="{colour}"{turned}>'
            f"{escape(words)}</text>")

    def line(self, points, colour="#dddddd", width=1, dash=None):
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        dashed = f' stroke-dasharray="{dash}"' if dash else ""
        self.parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="{width}"{dashed}/>')

    def dot(self, x, y, colour):
        self.parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="{colour}"/>')

    def bar(self, x, y, width, height, colour):
        self.parts.append(f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" fill="{colour}"/>')

    def save(self, path):
        path.write_text("\n".join(self.parts + ["</svg>"]) + "\n")


def lines_over_size(path, title, unit, series, limit=None, is_log=False):
    """Lines over the number of events in the log.

    series: name to [(events, value)]; limit: (name, value), a dashed line.
    """
    drawing = Drawing(title)
    points = [point for values in series.values() for point in values]
    sizes = decades(min(x for x, _ in points), max(x for x, _ in points))
    values = [y for _, y in points] + ([limit[1]] if limit else [])
    marks = decades(min(values), max(values)) if is_log else steps(max(values))
    right, bottom = WIDTH - RIGHT, HEIGHT - BOTTOM

    def place_x(x):
        spread = math.log10(sizes[-1] / sizes[0]) or 1
        return LEFT + (right - LEFT) * math.log10(x / sizes[0]) / spread

    def place_y(y):
        share = math.log10(y / marks[0]) / math.log10(marks[-1] / marks[0]) if is_log else y / marks[-1]
        return bottom - (bottom - TOP) * share

    for mark in marks:
        drawing.line([(LEFT, place_y(mark)), (right, place_y(mark))])
        drawing.text(LEFT - 8, place_y(mark) + 4, short(mark), "end")
    for size in sizes:
        drawing.line([(place_x(size), TOP), (place_x(size), bottom)])
        drawing.text(place_x(size), bottom + 18, short(size), "middle")
    drawing.text((LEFT + right) / 2, HEIGHT - 12, "events in the log", "middle")
    drawing.text(20, (TOP + bottom) / 2, unit, "middle", turn=-90)
    legend = TOP + 8
    for number, (name, line) in enumerate(series.items()):
        colour = COLOURS[number % len(COLOURS)]
        drawing.line([(place_x(x), place_y(y)) for x, y in line], colour, 2)
        for x, y in line:
            drawing.dot(place_x(x), place_y(y), colour)
        drawing.line([(right + 14, legend), (right + 34, legend)], colour, 2)
        drawing.text(right + 40, legend + 4, name)
        legend += 20
    if limit:
        drawing.line([(LEFT, place_y(limit[1])), (right, place_y(limit[1]))], "#888888", 1.5, "6 4")
        drawing.line([(right + 14, legend), (right + 34, legend)], "#888888", 1.5, "6 4")
        drawing.text(right + 40, legend + 4, limit[0])
    drawing.save(path)


def stacked_bars(path, title, unit, columns, limit=None):
    """columns: name to {part: value}."""
    drawing = Drawing(title)
    parts = sorted({part for column in columns.values() for part in column})
    marks = steps(max([sum(column.values()) for column in columns.values()] + ([limit[1]] if limit else [])))
    right, bottom = WIDTH - RIGHT, HEIGHT - BOTTOM
    for mark in marks:
        y = bottom - (bottom - TOP) * mark / marks[-1]
        drawing.line([(LEFT, y), (right, y)])
        drawing.text(LEFT - 8, y + 4, short(mark), "end")
    drawing.text(20, (TOP + bottom) / 2, unit, "middle", turn=-90)
    step = (right - LEFT) / len(columns)
    for place, (name, column) in enumerate(columns.items()):
        y = bottom
        for number, part in enumerate(parts):
            height = (bottom - TOP) * column.get(part, 0) / marks[-1]
            y -= height
            drawing.bar(LEFT + step * (place + 0.25), y, step / 2, height, COLOURS[number % len(COLOURS)])
        drawing.text(LEFT + step * (place + 0.5), bottom + 18, name, "middle")
    for number, part in enumerate(parts):
        drawing.bar(right + 14, TOP + 4 + 20 * number, 14, 10, COLOURS[number % len(COLOURS)])
        drawing.text(right + 40, TOP + 13 + 20 * number, part)
    if limit:
        y = bottom - (bottom - TOP) * limit[1] / marks[-1]
        drawing.line([(LEFT, y), (right, y)], "#888888", 1.5, "6 4")
        drawing.text(right + 40, TOP + 13 + 20 * len(parts), limit[0])
    drawing.save(path)


def bars(path, title, unit, values):
    """values: [(name, value)], from the top."""
    drawing = Drawing(title)
    marks = steps(max(value for _, value in values))
    left, right, bottom = LEFT + 90, WIDTH - 70, HEIGHT - BOTTOM
    for mark in marks:
        x = left + (right - left) * mark / marks[-1]
        drawing.line([(x, TOP), (x, bottom)])
        drawing.text(x, bottom + 18, short(mark), "middle")
    step = (bottom - TOP) / len(values)
    for place, (name, value) in enumerate(values):
        y = TOP + step * (place + 0.2)
        width = (right - left) * value / marks[-1]
        drawing.bar(left, y, width, step * 0.6, COLOURS[0 if place == 0 else 1])
        drawing.text(left - 8, y + step * 0.3 + 4, name, "end")
        drawing.text(left + width + 6, y + step * 0.3 + 4, short(round(value)))
    drawing.text((left + right) / 2, HEIGHT - 12, unit, "middle")
    drawing.save(path)


def main(measured, peers, folder):
    folder.mkdir(parents=True, exist_ok=True)
    lines = newest(measured)

    def over(value):
        return [(line["events"], value(line)) for line in lines]

    smallest = lines[0]["append"]["ofBareEd25519"]
    lines_over_size(
        folder / "append.svg", "Append, one event a request, 32 connections", "of the speed at the smallest log",
        {"append": over(lambda line: line["append"]["ofBareEd25519"] / smallest)}, limit=("target: 0.85", 0.85))
    reads = list(lines[0]["reads"])
    lines_over_size(
        folder / "reads.svg", "What users wait for, median", "milliseconds",
        {name: over(lambda line, name=name: line["reads"][name]["p50"]) for name in reads}, is_log=True)
    lines_over_size(
        folder / "start.svg", "Start until the daemon listens", "seconds",
        {"after a clean end": over(lambda line: line["startSeconds"]),
         "after a kill": over(lambda line: line["startAfterKillSeconds"])}, limit=("target: 1 s", 1.0))
    lines_over_size(
        folder / "whole-log.svg", "What reads the whole log", "seconds",
        {"replay": over(lambda line: line["replay"]["seconds"]), "log verify": over(lambda line: line["verify"]["seconds"])}, is_log=True)
    lines_over_size(
        folder / "memory.svg", "The daemon's memory under load, at most", "MB",
        {"sharingd": over(lambda line: line["memory"]["peak"] / 1e6)}, limit=("target: 250 MB", 250))
    stacked_bars(
        folder / "disk.svg", "Disk", "bytes an event",
        {short(line["events"]) + " events": {name: size for name, size in line["disk"]["bytesPerEvent"].items() if size >= 10} for line in lines})
    if peers:
        rows = json.loads(Path(peers).read_text())["stores"]
        bars(folder / "peers.svg", "The same events, one at a time, durable, 32 connections", "events a second",
             [(row["name"], row["eventsPerSecond"]) for row in rows])


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit("usage: bench-plots.py GROWTH.jsonl PEERS.json FOLDER; PEERS.json may be empty")
    main(Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3]))
