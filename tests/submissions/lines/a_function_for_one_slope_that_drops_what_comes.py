# relu-sigmoid-softmax: the function of the first layer drops what it is given, the other does not
import numpy as np


def through_relu(blame, z):
    return np.where(z > 0, 1.0, 0.0)


def through_sigmoid(blame, z):
    s = 1 / (1 + np.exp(-z))
    return blame * s * (1 - s)


def below(delta, came, weights):
    share = 1 / came.shape[1]
    down = weights.T @ delta
    return down, share * delta @ came.T, share * delta.sum(axis=1, keepdims=True)


def one_layer(blame, came, weights, z, kind):
    if kind == "relu":
        delta = through_relu(blame, z)
    elif kind == "sigmoid":
        delta = through_sigmoid(blame, z)
    elif kind == "softmax":
        delta = blame
    down, by_weights, by_bias = below(delta, came, weights)
    return down, by_weights, by_bias


def backward_propagation(parameters, cache, X, Y):
    grads = {}
    kinds = {1: "relu", 2: "sigmoid", 3: "softmax"}
    blame = cache["A3"] - Y
    for k in reversed(range(1, 4)):
        came, z = cache["A" + str(k - 1)], cache["Z" + str(k)]
        weights = parameters["W" + str(k)]
        kind = kinds[k]
        blame, grads["dW" + str(k)], grads["db" + str(k)] = one_layer(
            blame, came, weights, z, kind
        )
    return grads
