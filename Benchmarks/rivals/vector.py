#!/usr/bin/env python3
"""Our vector index beside hnswlib, usearch, faiss and pgvector, on the same vectors.

    pip install numpy hnswlib usearch faiss-cpu
    python3 vector.py --bench .build/release/bench --base FILE --queries FILE --truth FILE
        [--rivals hnswlib,usearch-f32,usearch-f16,usearch-i8,faiss-flat,faiss-sq8,faiss-fp16,pgvector]
        [--k 10] [--m 16] [--ef-construction 200] [--ef 10,12,16,…] [--threads 1,2]
        [--build-threads 1,2] [--rounds 5] [--isa avx2] [--out FILE.json]

Every engine is a process of its own with the same graph settings. First each builds, one after the
other, once for every number of build threads; the last build is kept. Then come rounds: in each
round, for each number of threads and each ef, every engine runs all queries once, in an order that
turns with the round, so that a machine that grows busy slows all of them alike. A pass that takes less
than a fifth of a second is repeated for that long and the median pass counts, for every engine: the
caches are then its own. Between rounds nothing is rebuilt.

Speed at a recall is read from each round's own curve: only points that no other point beats in both
recall and speed count, and between two of them log(qps) is taken as linear in recall. An engine whose
lowest ef is above the recall already is given the speed of that point (a `≥` marks it); one that does
not reach the recall has no figure. A ratio is ours divided by the rival's in the same round; told are
the median of the rounds and, in brackets, the least and the most.

Rivals get their queries in one call for all of them, with their own threads, so Python costs them
next to nothing; ours and pgvector are asked one query at a time. Recall of all is counted here or in
`bench vector` from the same truth. Memory is the resident set (`Rss` of smaps_rollup, mapped pages
counted, freed memory given back) after the query run less that before building, over the number of
vectors; for pgvector the size of its index without the table.
"""

import argparse
import json
import math
import os
import pathlib
import platform
import statistics
import subprocess
import sys
import time

RECALLS = (0.95, 0.98, 0.99, 0.995)
ALL = "hnswlib,usearch-f32,usearch-f16,usearch-i8,faiss-flat,faiss-sq8,faiss-fp16,pgvector"
EF = "10,12,14,16,18,20,24,28,32,40,48,64,80,96,128,192,256,384,512"
# Passes of one engine go on for about so long; `bench vector --interactive` does the same.
SECONDS_TOGETHER = 0.2


# --- the engines, each in a process of its own: `vector.py --engine NAME …` -----------------------


class Hnswlib:
    def __init__(self, options, dimension, count):
        import hnswlib

        self.k = options.k
        self.index = hnswlib.Index(space="cosine", dim=dimension)
        self.index.init_index(
            max_elements=count, ef_construction=options.ef_construction, M=options.m)

    def add(self, rows, first, threads):
        self.index.add_items(rows, range(first, first + len(rows)), num_threads=threads)

    def search(self, queries, ef, threads):
        self.index.set_ef(max(ef, self.k))
        return self.index.knn_query(queries, k=self.k, num_threads=threads)[0]


class Usearch:
    def __init__(self, options, dimension, count, kind):
        from usearch.index import Index

        self.k = options.k
        self.index = Index(
            ndim=dimension, metric="cos", dtype=kind, connectivity=options.m,
            expansion_add=options.ef_construction)

    def add(self, rows, first, threads):
        import numpy

        self.index.add(numpy.arange(first, first + len(rows)), rows, threads=threads)

    def search(self, queries, ef, threads):
        self.index.expansion_search = max(ef, self.k)
        return self.index.search(queries, self.k, threads=threads).keys


class Faiss:
    def __init__(self, options, dimension, count, kind):
        import faiss

        self.faiss = faiss
        self.k = options.k
        # The rows have unit length, so the order by L2 is that by cosine.
        if kind == "flat":
            self.index = faiss.IndexHNSWFlat(dimension, options.m)
        else:
            kinds = faiss.ScalarQuantizer
            self.index = faiss.IndexHNSWSQ(
                dimension, {"sq8": kinds.QT_8bit, "fp16": kinds.QT_fp16}[kind], options.m)
        self.index.hnsw.efConstruction = options.ef_construction

    def add(self, rows, first, threads):
        self.faiss.omp_set_num_threads(threads)
        if not self.index.is_trained:
            self.index.train(rows)
        self.index.add(rows)

    def search(self, queries, ef, threads):
        self.faiss.omp_set_num_threads(threads)
        self.index.hnsw.efSearch = max(ef, self.k)
        return self.index.search(queries, self.k)[1]


def make(name, options, dimension, count):
    family, _, kind = name.partition("-")
    if family == "hnswlib":
        return Hnswlib(options, dimension, count)
    return {"usearch": Usearch, "faiss": Faiss}[family](options, dimension, count, kind)


def resident():
    import ctypes

    ctypes.CDLL(None).malloc_trim(0)
    for line in open("/proc/self/smaps_rollup"):
        if line.startswith("Rss:"):
            return int(line.split()[1]) * 1024
    return math.nan


def read_rows(path, dimension, first=0, count=-1):
    import numpy

    kind = numpy.float16 if str(path).endswith(".f16") else numpy.float32
    size = numpy.dtype(kind).itemsize
    rows = numpy.fromfile(
        path, kind, count=count if count < 0 else count * dimension,
        offset=first * dimension * size)
    return rows.reshape(-1, dimension).astype(numpy.float32)


def timed(work):
    begun = time.perf_counter()
    result = work()
    return result, time.perf_counter() - begun


def be_engine(options):
    """Builds, says so, then answers each line "EF THREADS" with one line of JSON."""
    import numpy

    dimension = dimension_of(options)
    queries = read_rows(options.queries, dimension)
    truth = numpy.fromfile(options.truth, numpy.int32).reshape(len(queries), -1)[:, : options.k]
    size = 2 if options.base.endswith(".f16") else 4
    count = os.path.getsize(options.base) // (size * dimension)
    engine = make(options.engine, options, dimension, 1_000)
    engine.add(read_rows(options.base, dimension, 0, 1_000), 0, 1)
    del engine
    before = resident()
    begun, seconds = None, 0.0
    engine = make(options.engine, options, dimension, count)
    for first in range(0, count, 10_000):
        rows = read_rows(options.base, dimension, first, 10_000)
        begun = time.perf_counter()
        engine.add(rows, first, options.build_threads[0])
        seconds += time.perf_counter() - begun
    del rows
    print(json.dumps({"build_seconds": seconds}), flush=True)
    for line in sys.stdin:
        ef, threads = map(int, line.split())
        found, taken = timed(lambda: engine.search(queries, ef, threads))
        # Quick passes are repeated, so that none is judged by its start.
        more = min(25, int(SECONDS_TOGETHER / taken))
        if more >= 2:
            passes = [timed(lambda: engine.search(queries, ef, threads)) for _ in range(more)]
            taken = statistics.median(seconds for _, seconds in passes)
        hits = sum(
            len(set(map(int, a)) & set(map(int, b))) for a, b in zip(found, truth))
        print(
            json.dumps({
                "ef": ef, "threads": threads, "qps": len(queries) / taken,
                "recall": hits / truth.size, "build_seconds": seconds,
                "bytes_per_vector": (resident() - before) / count,
            }), flush=True)


# --- the comparison ------------------------------------------------------------------------------


class Engine:
    """A process that builds and then answers."""

    def __init__(self, name, options, build_threads):
        self.name = name
        shared = [
            "--base", options.base, "--queries", options.queries, "--truth", options.truth,
            "--k", str(options.k), "--m", str(options.m),
            "--ef-construction", str(options.ef_construction), "--build-threads",
            str(build_threads),
        ]
        if options.dim:
            shared += ["--dim", str(options.dim)]
        if name in ("ours", "pgvector"):
            command = [options.bench, *options.bench_words, "--interactive", "--engine", name]
            if name == "ours" and options.isa:
                command += ["--isa", options.isa]
        else:
            command = [sys.executable, __file__, "--engine", name]
        # Rivals that use BLAS or OpenMP must not take more threads than they are given.
        environment = {**os.environ, "OMP_NUM_THREADS": str(build_threads)}
        self.process = subprocess.Popen(
            command + shared, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            env=environment)
        opening = self.read()
        self.build_seconds = opening["build_seconds"]

    def read(self):
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit(f"{self.name} ended")
        return json.loads(line)

    def measure(self, ef, threads):
        self.process.stdin.write(f"{ef} {threads}\n")
        self.process.stdin.flush()
        return self.read()

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def frontier(points):
    """The points that no other beats in both, by rising recall."""
    best, kept = -1.0, []
    for point in sorted(points, key=lambda p: (-p["recall"], -p["qps"])):
        if point["qps"] > best:
            best = point["qps"]
            kept.append((point["recall"], point["qps"]))
    return kept[::-1]


def speed_at(points, recall):
    """Queries per second at a recall, and whether that is only a lower bound; None beyond reach."""
    curve = frontier(points)
    if not curve or curve[-1][0] < recall:
        return None
    if curve[0][0] >= recall:
        return curve[0][1], True
    for (low, fast), (high, slow) in zip(curve, curve[1:]):
        if low <= recall <= high:
            share = (recall - low) / (high - low) if high > low else 0
            return math.exp(math.log(fast) * (1 - share) + math.log(slow) * share), False
    return curve[-1][1], False


def spread(values):
    values = sorted(values)
    middle = statistics.median(values)
    return f"{middle:.2f} [{values[0]:.2f}–{values[-1]:.2f}]"


def run(options):
    names = ["ours"] + [name for name in options.rivals.split(",") if name]
    engines, builds = {}, {name: {} for name in names}
    for threads in options.build_threads:
        for name in names:
            if name in engines:
                engines[name].close()
            engines[name] = Engine(name, options, threads)
            builds[name][threads] = engines[name].build_seconds
            say(f"{name}: built on {threads} in {engines[name].build_seconds:.1f} s")
    points = []
    for number in range(options.rounds):
        turn = names[number % len(names):] + names[: number % len(names)]
        for threads in options.threads:
            for ef in options.ef:
                for name in turn:
                    point = engines[name].measure(ef, threads)
                    points.append({"engine": name, "round": number, **point})
        say(f"round {number + 1} of {options.rounds}")
    for engine in engines.values():
        engine.close()
    result = {
        "machine": processor(), "base": pathlib.Path(options.base).parent.name,
        "dimension": dimension_of(options), "m": options.m,
        "ef_construction": options.ef_construction, "k": options.k, "isa": options.isa or "best",
        "rounds": options.rounds, "builds": builds, "points": points,
    }
    if options.out:
        pathlib.Path(options.out).write_text(json.dumps(result) + "\n")
    tell(result, options.threads)


def tell(result, thread_counts):
    names = list(result["builds"])
    rivals = names[1:]
    print(f"{result['base']}, {result['dimension']} dimensions, {result['machine']}, "
          f"path: {result['isa']}, {result['rounds']} rounds; ours ÷ rival at equal recall\n")
    for threads in thread_counts:
        print(f"| {threads} thread{'s' * (threads > 1)} | "
              + " | ".join(f"{recall:g}" for recall in RECALLS) + " |")
        print("|---|" + "---:|" * len(RECALLS))
        def at(name, number, recall):
            return speed_at(
                [p for p in result["points"]
                 if (p["engine"], p["round"], p["threads"]) == (name, number, threads)], recall)
        cells = []
        for recall in RECALLS:
            found = [at("ours", number, recall) for number in range(result["rounds"])]
            good = [f[0] for f in found if f]
            cells.append(f"{statistics.median(good):.0f} q/s" if good else "–")
        print("| ours | " + " | ".join(cells) + " |")
        fastest = {recall: {} for recall in RECALLS}
        for name in rivals:
            cells = []
            for recall in RECALLS:
                ratios, bound = [], False
                for number in range(result["rounds"]):
                    own, other = at("ours", number, recall), at(name, number, recall)
                    if own and other:
                        ratios.append(own[0] / other[0])
                        bound = bound or other[1]
                        least = fastest[recall].get(number, math.inf)
                        fastest[recall][number] = min(least, ratios[-1])
                cells.append(("≤ " if bound else "") + spread(ratios) if ratios else "–")
            print(f"| {name} | " + " | ".join(cells) + " |")
        cells = [
            spread(fastest[recall].values()) if fastest[recall] else "–" for recall in RECALLS]
        print("| the fastest | " + " | ".join(cells) + " |\n")
    print("| | " + " | ".join(
        f"build, {t} thread{'s' * (t > 1)}" for t in result["builds"]["ours"])
          + " | bytes a vector | highest recall |")
    print("|---|" + "---:|" * (len(result["builds"]["ours"]) + 2))
    for name in names:
        own = [p for p in result["points"] if p["engine"] == name]
        cells = [
            f"{seconds:.1f} s ({seconds / result['builds']['ours'][threads]:.2f}×)"
            for threads, seconds in result["builds"][name].items()]
        print(f"| {name} | " + " | ".join(cells)
              + f" | {own[-1]['bytes_per_vector']:.0f} | {max(p['recall'] for p in own):.4f} |")


def processor():
    for line in open("/proc/cpuinfo"):
        if line.startswith("model name"):
            return f"{line.split(':')[1].strip()}, {os.cpu_count()} cores"
    return platform.processor()


def dimension_of(options):
    if options.dim:
        return options.dim
    return json.loads((pathlib.Path(options.base).parent / "meta.json").read_text())["dim"]


def say(text):
    print(text, file=sys.stderr, flush=True)


def main():
    def numbers(text):
        return [int(word) for word in text.split(",") if word]

    parser = argparse.ArgumentParser(description="Our vector index beside its rivals.")
    parser.add_argument("--bench", help="the bench program")
    parser.add_argument("--bench-words", default="vector", help="what it is told first")
    parser.add_argument("--base", required=True)
    parser.add_argument("--queries", required=True)
    parser.add_argument("--truth", required=True)
    parser.add_argument("--dim", type=int)
    parser.add_argument("--k", type=int, default=10)
    parser.add_argument("--m", type=int, default=16)
    parser.add_argument("--ef-construction", type=int, default=200)
    parser.add_argument("--ef", type=numbers, default=numbers(EF))
    parser.add_argument("--threads", type=numbers, default=[1, 2])
    parser.add_argument("--build-threads", type=numbers, default=[1, 2])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--isa")
    parser.add_argument("--rivals", default=ALL)
    parser.add_argument("--out")
    parser.add_argument("--engine", help=argparse.SUPPRESS)
    options = parser.parse_args()
    options.bench_words = options.bench_words.split()
    if options.engine:
        be_engine(options)
    elif not options.bench:
        parser.error("--bench is missing")
    else:
        run(options)


main()
