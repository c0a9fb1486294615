"""Tiny ONNX networks, written byte by byte: the protocol buffers of onnx.proto, as far as these need them.

Each network looks for the brightest column and row of its input and answers with a body there, in one of the layouts that
are in use. So the whole way (framing, colours, scale, reading the answer) is tried on a network that really looks.
"""

import numpy as np

FLOAT, INT64 = 1, 7
ARGMAX_OPSET = 12


def varint(value: int) -> bytes:
    value &= (1 << 64) - 1
    out = b""
    while value >= 0x80:
        out += bytes([value & 0x7F | 0x80])
        value >>= 7
    return out + bytes([value])


def number(field: int, value: int) -> bytes:
    return varint(field << 3) + varint(value)


def chunk(field: int, value: bytes | str) -> bytes:
    data = value.encode() if isinstance(value, str) else value
    return varint(field << 3 | 2) + varint(len(data)) + data


def ints(name: str, values: list[int]) -> bytes:
    return chunk(5, chunk(1, name) + b"".join(number(8, v) for v in values) + number(20, 7))


def integer(name: str, value: int) -> bytes:
    return chunk(5, chunk(1, name) + number(3, value) + number(20, 2))


def node(op: str, inputs: list[str], output: str, *attributes: bytes) -> bytes:
    body = b"".join(chunk(1, one) for one in inputs) + chunk(2, output) + chunk(4, op)
    return chunk(1, body + b"".join(attributes))


def constant(name: str, values: np.ndarray) -> bytes:
    kind = INT64 if values.dtype == np.int64 else FLOAT
    data = values.astype(np.int64 if kind == INT64 else np.float32).tobytes()
    return chunk(
        5, b"".join(number(1, d) for d in values.shape) + number(2, kind) + chunk(8, name) + chunk(9, data)
    )


def tensor(field: int, name: str, shape: tuple[int, ...], kind: int = FLOAT) -> bytes:
    sides = b"".join(chunk(1, number(1, side)) for side in shape)
    return chunk(field, chunk(1, name) + chunk(2, chunk(1, number(1, kind) + chunk(2, sides))))


def model(nodes: list[bytes], constants: list[bytes], inputs: bytes, outputs: bytes) -> bytes:
    graph = b"".join(nodes) + chunk(2, "drawn") + b"".join(constants) + inputs + outputs
    return number(1, 7) + chunk(7, graph) + chunk(8, chunk(1, "") + number(2, ARGMAX_OPSET))


def brightest(size: tuple[int, int], rows: np.ndarray, weights: np.ndarray, *, colour_last: bool) -> bytes:
    """A network that answers ``rows + x·weights[0] + y·weights[1]``, x and y being the brightest pixel of its input."""
    height, width = size
    channel = 3 if colour_last else 1
    shape = (1, height, width, 3) if colour_last else (1, 3, height, width)
    nodes = [
        node("ReduceMean", ["picture"], "grey", ints("axes", [0, channel]), integer("keepdims", 0)),
        node("ReduceMax", ["grey"], "columns", ints("axes", [0]), integer("keepdims", 0)),
        node("ReduceMax", ["grey"], "lines", ints("axes", [1]), integer("keepdims", 0)),
    ]
    for axis, of in (("x", "columns"), ("y", "lines")):
        nodes += [
            node("ArgMax", [of], f"{axis}_whole", integer("axis", 0), integer("keepdims", 0)),
            node("Cast", [f"{axis}_whole"], axis, integer("to", FLOAT)),
            node("Mul", [axis, f"weights_{axis}"], f"moved_{axis}"),
        ]
    nodes += [
        node("Add", ["moved_x", "moved_y"], "moved"),
        node("Add", ["rows", "moved"], "bodies"),
    ]
    constants = [constant("rows", rows), constant("weights_x", weights[0]), constant("weights_y", weights[1])]
    return model(nodes, constants, tensor(11, "picture", shape), tensor(12, "bodies", rows.shape))


def plain(inputs: tuple[int, ...], output: tuple[int, ...]) -> bytes:
    """A network that answers zeros of a shape, whatever it sees."""
    nodes = [
        node("ReduceMean", ["picture"], "one", integer("keepdims", 0)),
        node("Mul", ["one", "zeros"], "bodies"),
    ]
    zeros = constant("zeros", np.zeros(output))
    return model(nodes, [zeros], tensor(11, "picture", inputs), tensor(12, "bodies", output))
