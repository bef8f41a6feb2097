#!/usr/bin/env python3
"""Makes sets of vectors for `bench vector` and `vector.py`.

    pip install numpy
    python3 vectors.py augment --from FOLDER --to FOLDER [--count 1000000] [--seed 1]
    python3 vectors.py synthetic --to FOLDER [--count 50000] [--dim 1536] [--latent 24] [--seed 1]

Both write base.f16, query.f32, gt100.i32 and meta.json, all little-endian, row after row; the truth
is exact, computed in f32 on the f16 values. Each is the same for the same seed and numpy.

augment: a large set that is as hard as the real one it grows from. The real rows come first. Every
new row begins at a random real row, moves to a random point between it and two of its 16 nearest
neighbours (a convex combination with Dirichlet(1, 1, 1) weights), and is then pushed a little along
the differences to all 16 neighbours (the tangent space of the data there, normal with 0.4 of the
differences), and ends on the unit sphere. So nothing leaves the sheet on which sentences lie, and
its dimension stays what it was (70,000 rows grown from 5,000 of MiniLM measure 10.7, the real 70,000
12.3; without the push it would be 3): the script prints the Levina-Bickel estimate (NIPS 2004, k =
20) of the real rows, of the result, and of as many rows of the result as there are real ones. The
queries are the real ones, which no row was made from.

synthetic: rows of many dimensions of which few are free, as those of large embedding models: a
mixture of 200 soft clusters in `latent` dimensions, through a fixed random layer of 256 tanh units
into `dim` dimensions, with one part in fifty of noise in all directions, at unit length.
"""

import argparse
import json
import pathlib
import sys
import time

import numpy as np

TRUTH = 100
NEIGHBOURS = 16
TANGENT = 0.4


def unit(rows):
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def nearest(base, queries, count, leave_self=False, rows_at_once=50_000):
    """The `count` rows of largest dot product for each query, best first, and the products."""
    ids = np.zeros((len(queries), 0), np.int64)
    dots = np.zeros((len(queries), 0), np.float32)
    keep = count + (1 if leave_self else 0)
    for start in range(0, len(base), rows_at_once):
        part = np.asarray(base[start : start + rows_at_once], np.float32)
        found = queries @ part.T
        some = min(keep, len(part))
        best = np.argpartition(-found, some - 1, axis=1)[:, :some]
        ids = np.concatenate([ids, best + start], axis=1)
        dots = np.concatenate([dots, np.take_along_axis(found, best, axis=1)], axis=1)
        order = np.argsort(-dots, axis=1, kind="stable")[:, :keep]
        ids = np.take_along_axis(ids, order, axis=1)
        dots = np.take_along_axis(dots, order, axis=1)
    return (ids[:, 1:], dots[:, 1:]) if leave_self else (ids, dots)


def intrinsic(base, sample, random):
    """The Levina-Bickel estimate over a sample of rows, with 20 neighbours each."""
    chosen = random.choice(len(base), sample, replace=False)
    queries = np.asarray(base[chosen], np.float32)
    _, dots = nearest(base, queries, 20, leave_self=True)
    far = np.sqrt(np.maximum(2 - 2 * dots, 1e-9))
    inverse = np.log(far[:, -1:] / far[:, :-1]).sum(axis=1) / (far.shape[1] - 2)
    return 1 / inverse.mean()


def write(folder, base, queries, words):
    folder.mkdir(parents=True, exist_ok=True)
    base.tofile(folder / "base.f16")
    queries.astype(np.float32).tofile(folder / "query.f32")
    truth = [
        nearest(base, queries[at : at + 100].astype(np.float32), TRUTH)[0]
        for at in range(0, len(queries), 100)
    ]
    np.concatenate(truth).astype(np.int32).tofile(folder / "gt100.i32")
    meta = {
        "dim": base.shape[1], "base": len(base), "queries": len(queries),
        "metric": "cosine (unit length)", **words,
    }
    (folder / "meta.json").write_text(json.dumps(meta, indent=1) + "\n")


def augment(options):
    source = pathlib.Path(options.source)
    dimension = json.loads((source / "meta.json").read_text())["dim"]
    real = np.fromfile(source / "base.f16", np.float16).reshape(-1, dimension)
    queries = np.fromfile(source / "query.f32", np.float32).reshape(-1, dimension)
    random = np.random.default_rng(options.seed)
    rows = real.astype(np.float32)
    begun = time.time()
    near = np.concatenate(
        [
            nearest(rows, rows[at : at + 500], NEIGHBOURS, leave_self=True)[0]
            for at in range(0, len(rows), 500)
        ]
    )
    say(f"neighbours of the real rows: {time.time() - begun:.0f} s")
    base = np.empty((options.count, dimension), np.float16)
    kept = min(len(real), options.count)
    base[:kept] = real[:kept]
    for start in range(kept, options.count, 10_000):
        end = min(start + 10_000, options.count)
        size = end - start
        first = random.integers(len(rows), size=size)
        pair = np.argsort(random.random((size, NEIGHBOURS)), axis=1)[:, :2]
        weights = random.dirichlet((1, 1, 1), size).astype(np.float32)
        around = rows[near[first]]
        two = np.take_along_axis(around, pair[:, :, None], axis=1)
        made = weights[:, :1] * rows[first] + np.einsum("ij,ijk->ik", weights[:, 1:], two)
        push = random.normal(0, TANGENT, (size, NEIGHBOURS)).astype(np.float32)
        made += np.einsum("ij,ijk->ik", push, around - rows[first][:, None, :])
        base[start:end] = unit(made).astype(np.float16)
    figures = {
        "real": intrinsic(real, 500, random),
        "all": intrinsic(base, 500, random),
        "as many as real": intrinsic(
            base[random.choice(len(base), kept, replace=False)], 500, random
        ),
    }
    say("intrinsic dimension: " + ", ".join(f"{k} {v:.1f}" for k, v in figures.items()))
    write(
        pathlib.Path(options.to), base, queries,
        {"made": "vectors.py augment", "seed": options.seed,
         "intrinsic": {k: round(float(v), 2) for k, v in figures.items()}},
    )


def synthetic(options):
    random = np.random.default_rng(options.seed)
    latent, hidden = options.latent, 256
    centres = random.normal(0, 1, (200, latent)).astype(np.float32)
    into = (random.normal(0, 1, (latent, hidden)) / np.sqrt(latent)).astype(np.float32)
    out = (random.normal(0, 1, (hidden, options.dim)) / np.sqrt(hidden)).astype(np.float32)
    total = options.count + 1_000
    rows = np.empty((total, options.dim), np.float16)
    for start in range(0, total, 5_000):
        size = min(5_000, total - start)
        place = centres[random.integers(200, size=size)]
        place = place + 0.6 * random.normal(0, 1, place.shape).astype(np.float32)
        made = np.tanh(place @ into) @ out
        made += 0.02 * random.normal(0, 1, made.shape).astype(np.float32)
        rows[start : start + size] = unit(made).astype(np.float16)
    base, queries = rows[: options.count], rows[options.count :]
    dimension = intrinsic(base, 500, random)
    say(f"intrinsic dimension: {dimension:.1f}")
    write(
        pathlib.Path(options.to), base, queries,
        {"made": "vectors.py synthetic", "seed": options.seed, "latent": latent,
         "intrinsic": round(float(dimension), 2)},
    )


def say(text):
    print(text, file=sys.stderr, flush=True)


def main():
    parser = argparse.ArgumentParser(description="Makes sets of vectors.")
    kinds = parser.add_subparsers(required=True)
    grow = kinds.add_parser("augment")
    grow.add_argument("--from", dest="source", required=True)
    grow.add_argument("--to", required=True)
    grow.add_argument("--count", type=int, default=1_000_000)
    grow.add_argument("--seed", type=int, default=1)
    grow.set_defaults(run=augment)
    invent = kinds.add_parser("synthetic")
    invent.add_argument("--to", required=True)
    invent.add_argument("--count", type=int, default=50_000)
    invent.add_argument("--dim", type=int, default=1_536)
    invent.add_argument("--latent", type=int, default=24)
    invent.add_argument("--seed", type=int, default=1)
    invent.set_defaults(run=synthetic)
    options = parser.parse_args()
    options.run(options)


main()
