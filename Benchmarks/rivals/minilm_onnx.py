"""Writes all-MiniLM-L6-v2 as ONNX graphs, from the published safetensors file.

    build(weights, folder, fused) -> path of the model

`fused=False` writes the plain operators that an exporter writes and leaves fusing to onnxruntime;
`fused=True` writes onnxruntime's own fused operators (Attention, SkipLayerNormalization, BiasGelu),
as its transformer optimiser would. Both end in mean pooling and scaling to length 1.
"""

import numpy
import onnx
from onnx import TensorProto, helper, numpy_helper
from safetensors.numpy import load_file

WIDTH, HEADS, LAYERS = 384, 12, 6
EPSILON = 1e-12


class Graph:
    def __init__(self, weights):
        self.weights = weights
        self.nodes, self.constants, self.count = [], [], 0

    def name(self):
        self.count += 1
        return f"v{self.count}"

    def constant(self, array):
        name = self.name()
        self.constants.append(numpy_helper.from_array(numpy.ascontiguousarray(array), name))
        return name

    def node(self, kind, *inputs, outputs=1, domain="", **attributes):
        names = [self.name() for _ in range(outputs)]
        self.nodes.append(helper.make_node(kind, inputs, names, domain=domain, **attributes))
        return names[0]

    def weight(self, name, transposed=False):
        array = self.weights[name]
        return self.constant(array.T if transposed else array)

    def product(self, value, name):
        return self.node("MatMul", value, self.weight(name + ".weight", transposed=True))

    def linear(self, value, name):
        return self.node("Add", self.product(value, name), self.weight(name + ".bias"))

    def normalise(self, value, name):
        return self.node(
            "LayerNormalization", value, self.weight(name + ".weight"),
            self.weight(name + ".bias"), axis=-1, epsilon=EPSILON)


def plain_layer(graph, states, mask, prefix):
    integers = lambda *values: graph.constant(numpy.array(values, numpy.int64))
    heads = integers(0, 0, HEADS, WIDTH // HEADS)

    def split(part, order):
        value = graph.linear(states, f"{prefix}attention.self.{part}")
        return graph.node("Transpose", graph.node("Reshape", value, heads), perm=order)

    query, value = split("query", [0, 2, 1, 3]), split("value", [0, 2, 1, 3])
    key = split("key", [0, 2, 3, 1])
    scores = graph.node("MatMul", query, key)
    root = graph.constant(numpy.float32((WIDTH // HEADS) ** 0.5))
    scores = graph.node("Add", graph.node("Div", scores, root), mask)
    shares = graph.node("Softmax", scores, axis=-1)
    context = graph.node("Transpose", graph.node("MatMul", shares, value), perm=[0, 2, 1, 3])
    context = graph.node("Reshape", context, integers(0, 0, WIDTH))
    mixed = graph.linear(context, f"{prefix}attention.output.dense")
    states = graph.normalise(
        graph.node("Add", mixed, states), f"{prefix}attention.output.LayerNorm")
    inner = graph.linear(states, f"{prefix}intermediate.dense")
    scaled = graph.node("Erf", graph.node("Div", inner, graph.constant(numpy.float32(2**0.5))))
    sum_ = graph.node("Add", scaled, graph.constant(numpy.float32(1)))
    inner = graph.node(
        "Mul", graph.node("Mul", inner, sum_), graph.constant(numpy.float32(0.5)))
    narrow = graph.linear(inner, f"{prefix}output.dense")
    return graph.normalise(graph.node("Add", narrow, states), f"{prefix}output.LayerNorm")


def fused_layer(graph, states, mask, prefix):
    own = "com.microsoft"
    parts = [f"{prefix}attention.self.{part}" for part in ("query", "key", "value")]
    stacked = numpy.concatenate([graph.weights[p + ".weight"].T for p in parts], axis=1)
    bias = numpy.concatenate([graph.weights[p + ".bias"] for p in parts])
    context = graph.node(
        "Attention", states, graph.constant(stacked), graph.constant(bias), mask, domain=own,
        num_heads=HEADS)

    def skip(value, dense, normalisation):
        return graph.node(
            "SkipLayerNormalization", value, states, graph.weight(normalisation + ".weight"),
            graph.weight(normalisation + ".bias"), graph.weight(dense + ".bias"), domain=own,
            epsilon=EPSILON)

    dense = f"{prefix}attention.output.dense"
    states = skip(
        graph.product(context, dense), dense, f"{prefix}attention.output.LayerNorm")
    dense = f"{prefix}intermediate.dense"
    inner = graph.node(
        "BiasGelu", graph.product(states, dense), graph.weight(dense + ".bias"), domain=own)
    dense = f"{prefix}output.dense"
    return skip(graph.product(inner, dense), dense, f"{prefix}output.LayerNorm")


def build(weights, folder, fused):
    graph = Graph(load_file(weights))
    ids, mask = "input_ids", "attention_mask"
    words = graph.node("Gather", graph.weight("embeddings.word_embeddings.weight"), ids)
    length = graph.node(
        "Slice", graph.node("Shape", ids), *[
            graph.constant(numpy.array([v], numpy.int64)) for v in (1, 2)])
    places = graph.node(
        "Slice", graph.weight("embeddings.position_embeddings.weight"),
        graph.constant(numpy.array([0], numpy.int64)), length)
    segment = graph.constant(graph.weights["embeddings.token_type_embeddings.weight"][0])
    states = graph.node("Add", graph.node("Add", words, segment), places)
    states = graph.normalise(states, "embeddings.LayerNorm")
    numbers = graph.node("Cast", mask, to=TensorProto.FLOAT)
    if fused:
        inner_mask = graph.node("Cast", mask, to=TensorProto.INT32)
    else:
        axes = graph.constant(numpy.array([1, 2], numpy.int64))
        wide = graph.node("Unsqueeze", numbers, axes)
        absent = graph.node("Sub", graph.constant(numpy.float32(1)), wide)
        inner_mask = graph.node("Mul", absent, graph.constant(numpy.float32(-1e4)))
    layer = fused_layer if fused else plain_layer
    for number in range(LAYERS):
        states = layer(graph, states, inner_mask, f"encoder.layer.{number}.")
    weight = graph.node("Unsqueeze", numbers, graph.constant(numpy.array([2], numpy.int64)))
    first = graph.constant(numpy.array([1], numpy.int64))
    total = graph.node("ReduceSum", graph.node("Mul", states, weight), first, keepdims=0)
    mean = graph.node("Div", total, graph.node("ReduceSum", weight, first, keepdims=0))
    last = graph.node("LpNormalization", mean, axis=-1, p=2)
    shape = ["batch", "length"]
    model = helper.make_model(
        helper.make_graph(
            graph.nodes, "minilm",
            [helper.make_tensor_value_info(name, TensorProto.INT64, shape) for name in (ids, mask)],
            [helper.make_tensor_value_info(last, TensorProto.FLOAT, ["batch", WIDTH])],
            graph.constants),
        opset_imports=[helper.make_opsetid("", 17), helper.make_opsetid("com.microsoft", 1)])
    model.ir_version = 8
    path = f"{folder}/minilm-{'fused' if fused else 'plain'}.onnx"
    onnx.save(model, path)
    return path
