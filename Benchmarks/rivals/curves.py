#!/usr/bin/env python3
"""Draws recall against speed from what `vector.py --out` wrote, as SVG.

    pip install matplotlib
    python3 curves.py RESULT.json … --to docs/vector-curves.svg [--threads 1,2]

One panel for each file and number of threads. A point is the median of the rounds at one ef; the
horizontal axis is stretched towards recall 1, where the work is.
"""

import argparse
import json
import statistics

import matplotlib

matplotlib.use("svg")
import matplotlib.pyplot as plot  # noqa: E402  (the kind of output must be chosen first)
import matplotlib.ticker as ticker  # noqa: E402

COLOURS = {
    "ours": "#0b6e4f", "hnswlib": "#c1440e", "usearch-f32": "#7b8cde", "usearch-f16": "#4059ad",
    "usearch-i8": "#97d8c4", "faiss-flat": "#6b4e71", "faiss-sq8": "#b084cc",
    "faiss-fp16": "#8d6a9f", "pgvector": "#808080",
}
TICKS = (0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999)


def curve(points, name, threads):
    by_ef = {}
    for point in points:
        if point["engine"] == name and point["threads"] == threads:
            by_ef.setdefault(point["ef"], []).append(point)
    return sorted(
        (statistics.median(p["recall"] for p in group), statistics.median(p["qps"] for p in group))
        for group in by_ef.values()
    )


def panel(axes, result, threads):
    names = sorted({p["engine"] for p in result["points"]}, key=lambda n: n != "ours")
    for name in names:
        points = [p for p in curve(result["points"], name, threads) if 0.75 <= p[0] < 1]
        axes.plot(
            [r - 1 for r, _ in points], [q for _, q in points], label=name,
            color=COLOURS.get(name), marker="o", markersize=3,
            linewidth=2.4 if name == "ours" else 1.2)
    axes.set_xscale("symlog", linthresh=1e-3)
    axes.set_xlim(-0.25, -8e-4)
    axes.set_yscale("log")
    axes.set_xticks([t - 1 for t in TICKS], [f"{t:g}" for t in TICKS])
    axes.xaxis.set_minor_locator(ticker.NullLocator())
    axes.yaxis.set_minor_formatter(ticker.LogFormatter(minor_thresholds=(2, 1)))
    axes.yaxis.set_major_formatter(ticker.LogFormatter())
    axes.grid(True, alpha=0.25)
    axes.set_title(
        f"{result['base']}, {result['dimension']}-d, {threads} thread{'s' * (threads > 1)}"
        + ("" if result["isa"] == "best" else f", {result['isa']}"), fontsize=10)
    axes.set_xlabel(f"recall@{result['k']}")
    axes.set_ylabel("queries per second")


def main():
    parser = argparse.ArgumentParser(description="Draws recall against speed.")
    parser.add_argument("results", nargs="+")
    parser.add_argument("--to", required=True)
    parser.add_argument("--threads", default="1,2")
    options = parser.parse_args()
    results = [json.load(open(path)) for path in options.results]
    threads = [int(word) for word in options.threads.split(",")]
    # Text stays text, and the same figures give the same file.
    plot.rcParams.update({"svg.fonttype": "none", "svg.hashsalt": "curves", "font.size": 9})
    figure, axes = plot.subplots(
        len(results), len(threads), figsize=(5.2 * len(threads), 4 * len(results)), squeeze=False,
        layout="constrained")
    for row, result in zip(axes, results):
        for place, count in zip(row, threads):
            panel(place, result, count)
    handles, labels = axes[0][0].get_legend_handles_labels()
    figure.legend(handles, labels, fontsize=8, loc="outside lower center", ncols=5)
    figure.suptitle(results[0]["machine"], fontsize=9)
    figure.savefig(options.to, metadata={"Date": None, "Creator": None})


main()
