"""Pieces of whole files: forward passes and costs as students write them, and backward ones."""

from __future__ import annotations

HEAD = """
import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def relu(z):
    return np.maximum(0, z)


def softmax(z):
    e = np.exp(z - z.max(axis=0))
    return e / e.sum(axis=0)
"""


def two_layers(hidden: str, output: str) -> str:
    """Return the usual forward pass of two layers, examples in columns."""
    return f"""
def forward_propagation(X, parameters):
    W1, b1 = parameters["W1"], parameters["b1"]
    W2, b2 = parameters["W2"], parameters["b2"]
    Z1 = np.dot(W1, X) + b1
    A1 = {hidden}(Z1)
    Z2 = np.dot(W2, A1) + b2
    A2 = {output}(Z2)
    cache = {{"Z1": Z1, "A1": A1, "Z2": Z2, "A2": A2}}
    return A2, cache
"""


def any_depth(hidden: str) -> str:
    """Return a forward pass over as many layers as there are parameters."""
    return f"""
def forward_propagation(X, parameters):
    L = len(parameters) // 2
    cache = {{"A0": X}}
    A = X
    for l in range(1, L + 1):
        Z = parameters["W" + str(l)] @ A + parameters["b" + str(l)]
        A = {hidden}(Z) if l < L else sigmoid(Z)
        cache["Z" + str(l)], cache["A" + str(l)] = Z, A
    return A, cache
"""


def three_layers(masks: bool) -> str:
    """Return the forward pass of three layers whose cache is one flat tuple."""
    keep = ", keep_prob=0.5" if masks else ""
    drop = "D{0} = np.random.rand(*A{0}.shape) < keep_prob\n    A{0} = A{0} * D{0} / keep_prob"
    steps = "\n    ".join(
        f"Z{k} = np.dot(W{k}, {'X' if k == 1 else f'A{k - 1}'}) + b{k}\n"
        f"    A{k} = {'relu' if k < 3 else 'sigmoid'}(Z{k})"
        + (f"\n    {drop.format(k)}" if masks and k < 3 else "")
        for k in (1, 2, 3)
    )
    mask = ["", *("D1, ", "D2, ") * masks, "", "", ""]
    items = [f"Z{k}, {mask[k]}A{k}, W{k}, b{k}" for k in (1, 2, 3)]
    name = "forward_propagation_with_dropout" if masks else "forward_propagation"
    return f"""
def {name}(X, parameters{keep}):
    W1, b1, W2 = parameters["W1"], parameters["b1"], parameters["W2"]
    b2, W3, b3 = parameters["b2"], parameters["W3"], parameters["b3"]
    {steps}
    cache = ({", ".join(items)})
    return A3, cache
"""


FORWARD = {
    "backprop": any_depth("np.tanh"),
    "shallow-tanh": two_layers("np.tanh", "sigmoid"),
    "shallow-sigmoid": two_layers("sigmoid", "sigmoid"),
    "softmax-shallow": two_layers("np.tanh", "softmax"),
    "deep-relu": any_depth("relu"),
    "relu-sigmoid-softmax": """
def forward(X, params):
    A1 = relu(params["W1"] @ X + params["b1"])
    A2 = sigmoid(params["W2"] @ A1 + params["b2"])
    return softmax(params["W3"] @ A2 + params["b3"])
""",
    "squared-error": """
def forward_prop(X, parameters):
    Z1 = X @ parameters["W1"] + parameters["b1"]
    A1 = sigmoid(Z1)
    Z2 = A1 @ parameters["W2"] + parameters["b2"]
    A2 = sigmoid(Z2)
    return {"Z1": Z1, "A1": A1, "Z2": Z2, "A2": A2}
""",
    "single-example": """
def fprop(x, y, params):
    W1, b1, W2, b2 = [params[key] for key in ("W1", "b1", "W2", "b2")]
    z1 = np.dot(W1, x) + b1
    a1 = sigmoid(z1)
    z2 = np.dot(W2, a1) + b2
    a2 = sigmoid(z2)
    loss = -(y * np.log(a2) + (1 - y) * np.log(1 - a2))
    ret = {"x": x, "y": y, "z1": z1, "a1": a1, "z2": z2, "a2": a2, "loss": loss}
    for key in params:
        ret[key] = params[key]
    return ret
""",
    "l-model-backward": """
def linear_activation_forward(A_prev, W, b, activation):
    Z = W.dot(A_prev) + b
    return (sigmoid(Z) if activation == "sigmoid" else relu(Z)), ((A_prev, W, b), Z)


def L_model_forward(X, parameters):
    caches = []
    A = X
    L = len(parameters) // 2
    for l in range(1, L):
        A, cache = linear_activation_forward(
            A, parameters["W" + str(l)], parameters["b" + str(l)], "relu")
        caches.append(cache)
    AL, cache = linear_activation_forward(
        A, parameters["W" + str(L)], parameters["b" + str(L)], "sigmoid")
    caches.append(cache)
    assert AL.shape == (1, X.shape[1])
    return AL, caches
""",
    "cached-tuple": three_layers(masks=False),
    "l2-regularized": three_layers(masks=False),
    "dropout": three_layers(masks=True),
    "two-layer-net": """
def forward(X, parameters):
    Z1 = X.dot(parameters["W1"]) + parameters["b1"]
    A1 = np.maximum(Z1, 0)
    scores = A1.dot(parameters["W2"]) + parameters["b2"]
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    return {"Z1": Z1, "A1": A1, "Z2": scores, "A2": e / e.sum(axis=1, keepdims=True)}
""",
    "update-in-place": """
def forward_prop(X, weights, L):
    cache = {"A0": X}
    for i in range(1, L + 1):
        Z = np.matmul(weights["W" + str(i)], cache["A" + str(i - 1)]) + weights["b" + str(i)]
        cache["A" + str(i)] = softmax(Z) if i == L else np.tanh(Z)
    return cache
""",
}

COST = {
    "averaged": """
def compute_cost(A2, Y, parameters):
    m = Y.shape[1]
    logprobs = np.multiply(np.log(A2), Y) + np.multiply(np.log(1 - A2), 1 - Y)
    return float(np.squeeze(-np.sum(logprobs) / m))
""",
    "summed": """
def compute_loss(y, y_hat):
    return -np.sum(y * np.log(y_hat + 1e-9) + (1 - y) * np.log(1 - y_hat + 1e-9))
""",
    "classes": """
def cross_entropy(AL, Y):
    return -np.sum(Y * np.log(AL + 1e-12)) / Y.shape[1]
""",
    "squared": """
def mse(y_true, y_pred):
    return np.mean(np.square(y_true - y_pred))
""",
    "half squared": """
class Model:
    def loss(self, A, Y):
        return 0.5 * np.sum((A - Y) ** 2)
""",
}


def columns(
    slope: str, delta: str = "A2 - Y", bias: str = "axis=1, keepdims=True", m: str = " / m"
) -> str:
    """Return a backward function of two layers, examples in columns, right or wrong."""
    return f"""
def backward_propagation(parameters, cache, X, Y):
    m = X.shape[1]
    W2 = parameters["W2"]
    A1, A2 = cache["A1"], cache["A2"]
    dZ2 = {delta}
    dW2 = np.dot(dZ2, A1.T){m}
    db2 = np.sum(dZ2, {bias}){m}
    dZ1 = np.dot(W2.T, dZ2) * ({slope})
    dW1 = np.dot(dZ1, X.T) / m
    db1 = np.sum(dZ1, {bias}) / m
    return {{"dW1": dW1, "db1": db1, "dW2": dW2, "db2": db2}}
"""


def rows(delta: str) -> str:
    """Return a backward function of two layers, examples in rows, nothing averaged."""
    return f"""
def backward_propagation(parameters, cache, X, Y):
    A1, A2 = cache["A1"], cache["A2"]
    dZ2 = {delta}
    dZ1 = dZ2 @ parameters["W2"].T * A1 * (1 - A1)
    return {{"dW1": X.T @ dZ1, "db1": dZ1.sum(axis=0, keepdims=True),
            "dW2": A1.T @ dZ2, "db2": dZ2.sum(axis=0, keepdims=True)}}
"""


def loop(slope: str, last: str = "L") -> str:
    """Return a backward function for any depth."""
    return f"""
def backward_propagation(parameters, cache, X, Y):
    m = X.shape[1]
    L = len(parameters) // 2
    grads = {{}}
    dZ = cache[f"A{{L}}"] - Y
    for l in reversed(range(1, {last} + 1)):
        A_prev = cache[f"A{{l - 1}}"] if l > 1 else X
        grads[f"dW{{l}}"] = dZ @ A_prev.T / m
        grads[f"db{{l}}"] = np.sum(dZ, axis=1, keepdims=True) / m
        if l > 1:
            A, Z = cache[f"A{{l - 1}}"], cache[f"Z{{l - 1}}"]
            dZ = parameters[f"W{{l}}"].T @ dZ * ({slope})
    return grads
"""


def three(slope: str) -> str:
    """Return a backward function of three layers for several classes."""
    return f"""
def backprop(parameters, cache, X, Y):
    m = Y.shape[1]
    dZ3 = cache["A3"] - Y
    dZ2 = parameters["W3"].T @ dZ3 * cache["A2"] * (1 - cache["A2"])
    dZ1 = parameters["W2"].T @ dZ2 * ({slope})
    grads = {{}}
    for l, dZ, A in ((1, dZ1, X), (2, dZ2, cache["A1"]), (3, dZ3, cache["A2"])):
        grads["dW%d" % l] = dZ @ A.T / m
        grads["db%d" % l] = dZ.sum(axis=1, keepdims=True) / m
    return grads
"""


def one_example(delta: str) -> str:
    """Return a backward function of two layers for one example."""
    return f"""
def bprop(fprop_cache):
    x, y, a1, a2, W2 = [fprop_cache[key] for key in ("x", "y", "a1", "a2", "W2")]
    dz2 = {delta}
    dz1 = np.dot(W2.T, dz2) * a1 * (1 - a1)
    return {{"b1": dz1, "W1": np.dot(dz1, x.T), "b2": dz2, "W2": np.dot(dz2, a1.T)}}
"""


def caches(helper: str) -> str:
    """Return a deep backward function with a helper for each activation."""
    return f"""
def relu_backward(dA, Z):
    return np.where(Z > 0, dA, 0)


def sigmoid_backward(dA, Z):
    s = sigmoid(Z)
    return dA * s * (1 - s)


def L_model_backward(AL, Y, caches):
    grads = {{}}
    m = AL.shape[1]
    dA = -(np.divide(Y, AL) - np.divide(1 - Y, 1 - AL))
    for l in reversed(range(len(caches))):
        (A_prev, W, b), Z = caches[l]
        dZ = sigmoid_backward(dA, Z) if l == len(caches) - 1 else {helper}(dA, Z)
        grads["dW" + str(l + 1)] = dZ @ A_prev.T / m
        grads["db" + str(l + 1)] = np.sum(dZ, axis=1, keepdims=True) / m
        dA = W.T @ dZ
    return grads
"""
