# squared-error: the step is taken in place, with the sign in the rate.
import numpy as np


def backward_propagation(parameters, cache, X, Y):
    W2, hidden, out = np.copy(parameters["W2"]), cache["A1"], cache["A2"]
    delta_o = (out - Y) * out * (1 - out)
    grad_o = hidden.T @ delta_o
    bias_o = np.sum(delta_o, axis=0, keepdims=True)
    W2 += -0.1 * grad_o  # <--
    delta_h = (delta_o @ W2.T) * hidden * (1 - hidden)
    grad_h = X.T @ delta_h
    bias_h = np.sum(delta_h, axis=0, keepdims=True)
    return {"dW1": grad_h, "db1": bias_h, "dW2": grad_o, "db2": bias_o}
