"""Sets the encoder beside onnxruntime (fp32 and int8) and, where it is installed,
sentence-transformers: the same tokens, in turns, round after round, on the same machine.

    pip install numpy onnx onnxruntime safetensors        # and perhaps: sentence-transformers
    make bench SUITE=help && python3 Benchmarks/rivals/inference.py

The model is written as ONNX from the weights that set-up has fetched, once with plain operators,
which onnxruntime fuses itself, and once with its own fused ones; the faster of the two is the rival.
Each is checked against the 300 reference vectors of the encoder's tests.

Figures are medians over the rounds. A ratio is the rival's time over ours within one round, so what
else the machine does meets both; "processor" compares processor time instead of the clock's, which
says more on a busy machine, but not for several threads (onnxruntime's spin while they wait).
"""

import argparse
import json
import os
import statistics
import subprocess
import tempfile
import time

import minilm_onnx
import numpy
import onnxruntime
from onnxruntime.quantization import QuantType, quantize_dynamic

OURS = ["int16 avx512", "bf16 avx512", "f32 avx512", "f32 avx2", "f32 portable", "int8 avx512"]


def texts(work):
    """As InferenceWork makes them."""
    lengths = {
        "batch": [126] * 32,
        "mixed": [126 + int((n * 37 % 32 - 16) * 118 / 16) for n in range(32)],
        "query": [12],
    }[work]
    return [
        [101] + [1000 + (n * 977 + k * 7919) % 28000 for k in range(1, length - 1)] + [102]
        for n, length in enumerate(lengths)
    ]


def padded(sequences):
    width = max(map(len, sequences))
    ids = numpy.zeros((len(sequences), width), numpy.int64)
    mask = numpy.zeros_like(ids)
    for row, sequence in enumerate(sequences):
        ids[row, : len(sequence)] = sequence
        mask[row, : len(sequence)] = 1
    return ids, mask


def timed(runs, work):
    start, processor = time.perf_counter(), time.process_time()
    for _ in range(runs):
        work()
    return (
        (time.perf_counter() - start) * 1e3 / runs,
        (time.process_time() - processor) * 1e3 / runs,
    )


class OnnxRuntime:
    def __init__(self, path, threads):
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        self.session = onnxruntime.InferenceSession(
            path, options, providers=["CPUExecutionProvider"])

    def vectors(self, sequences):
        ids, mask = padded(sequences)
        return self.session.run(None, {"input_ids": ids, "attention_mask": mask})[0]


class SentenceTransformers:
    def __init__(self, folder, threads):
        import torch

        try:
            from sentence_transformers.sentence_transformer.modules import Transformer
        except ImportError:  # before version 6
            from sentence_transformers.models import Transformer

        torch.set_num_threads(threads)
        self.torch, self.model = torch, Transformer(folder).auto_model.eval()

    def vectors(self, sequences):
        ids, mask = map(self.torch.from_numpy, padded(sequences))
        with self.torch.inference_mode():
            states = self.model(input_ids=ids, attention_mask=mask).last_hidden_state
            weight = mask.unsqueeze(-1).float()
            mean = (states * weight).sum(1) / weight.sum(1)
            return self.torch.nn.functional.normalize(mean).numpy()


class Ours:
    def __init__(self, program, model):
        self.process = subprocess.Popen(
            [program, "inference", "--follow", "--repeats", "1", "--model", model],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def measure(self, path, threads, work):
        self.process.stdin.write(f"{path} {threads} {work}\n")
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline())
        if "error" in answer:
            return None
        return answer["ms"][0], answer["processor_ms"][0]


def furthest(rival, fixtures):
    """The largest 1 - cosine over the 300 reference texts."""
    with open(f"{fixtures}/tokens.json") as file:
        tokens = json.load(file)
    wanted = numpy.fromfile(f"{fixtures}/vectors.f32", "<f4").reshape(len(tokens), 384)
    worst = 0.0
    for sequence, vector in zip(tokens, wanted.astype(numpy.float64)):
        found = rival.vectors([[101] + sequence + [102]])[0].astype(numpy.float64)
        cosine = found @ vector / numpy.linalg.norm(found) / numpy.linalg.norm(vector)
        worst = max(worst, 1 - cosine)
    return worst


def rivals(arguments, folder, threads):
    weights = f"{arguments.model}/model.safetensors"
    paths = [minilm_onnx.build(weights, folder, fused) for fused in (False, True)]
    trial = texts("batch")[:8]
    sessions = [OnnxRuntime(path, threads) for path in paths]
    speeds = [
        min(timed(1, lambda: session.vectors(trial))[1] for _ in range(4)) for session in sessions]
    found = {"onnxruntime fp32": sessions[speeds.index(min(speeds))]}
    quantised = f"{folder}/minilm-int8.onnx"
    if not os.path.exists(quantised):
        quantize_dynamic(paths[0], quantised, weight_type=QuantType.QInt8, per_channel=True)
    found["onnxruntime int8"] = OnnxRuntime(quantised, threads)
    try:
        found["sentence-transformers"] = SentenceTransformers(arguments.model, threads)
    except ImportError:
        pass
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--bench", default=".build/release/bench")
    parser.add_argument("--model", default=".vendor/minilm")
    parser.add_argument("--fixtures", default="Tests/EncoderTests/Fixtures")
    parser.add_argument("--threads", default="1,2")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--ours", default=",".join(OURS))
    arguments = parser.parse_args()
    ours = Ours(arguments.bench, arguments.model)
    print("| Work | threads | rival | ms | ours | ms | ratio | processor |")
    print("|---|---:|---|---:|---|---:|---:|---:|")
    with tempfile.TemporaryDirectory() as folder:
        worst = {}
        for threads in map(int, arguments.threads.split(",")):
            theirs = rivals(arguments, folder, threads)
            for name, rival in theirs.items():
                if name not in worst:
                    worst[name] = furthest(rival, arguments.fixtures)
            for work in ("batch", "mixed", "query") if threads == 1 else ("batch", "mixed"):
                compare(work, threads, theirs, ours, arguments)
    print()
    for name, value in worst.items():
        print(f"{name}: at most {value:.1e} from the reference (1 - cosine)")


def compare(work, threads, theirs, ours, arguments):
    sequences = texts(work)
    runs = 50 if work == "query" else 1
    times = {}
    for number in range(arguments.rounds + 1):
        for name, rival in theirs.items():
            time_ = timed(runs, lambda: rival.vectors(sequences))
            times.setdefault(name, []).append(time_)
        for path in arguments.ours.split(","):
            time_ = ours.measure(path, threads, work)
            if time_:
                times.setdefault(path, []).append(time_)
    times = {name: list_[1:] for name, list_ in times.items()}  # The first warms up.

    def median(values):
        return statistics.median(values)

    for name in theirs:
        for path in arguments.ours.split(","):
            if path not in times:
                continue
            pairs = list(zip(times[name], times[path]))
            print(
                f"| {work} | {threads} | {name} | {median(t[0] for t in times[name]):.2f} "
                f"| {path} | {median(t[0] for t in times[path]):.2f} "
                f"| {median(a[0] / b[0] for a, b in pairs):.2f}× "
                f"| {median(a[1] / b[1] for a, b in pairs):.2f}× |", flush=True)


if __name__ == "__main__":
    main()
