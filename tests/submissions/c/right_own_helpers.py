# Family C: helpers in a table, formatted keys, everything in one file.
# right
import numpy as np


def relu_back(dA, Z):
    dZ = np.array(dA, copy=True)
    dZ[Z <= 0] = 0
    return dZ


def sigmoid_back(dA, Z):
    s = 1 / (1 + np.exp(-Z))
    return dA * s * (1 - s)


BACKWARD = {"relu": relu_back, "sigmoid": sigmoid_back}
LAST, OTHERS = "sigmoid", "relu"


def L_layer_backward(AL, Y, caches):
    layers = len(caches)
    grads = {}
    dA = -(Y / AL) + (1 - Y) / (1 - AL)
    for layer in range(layers, 0, -1):
        (A_prev, W, b), Z = caches[layer - 1]
        dZ = BACKWARD[LAST if layer == layers else OTHERS](dA, Z)
        grads["dW{}".format(layer)] = np.dot(dZ, A_prev.T) / Y.shape[1]
        grads["db{}".format(layer)] = np.mean(dZ, axis=1, keepdims=True)
        dA = np.dot(W.T, dZ)
    return grads


costs = []
for epoch in range(2500):
    costs.append(0)
