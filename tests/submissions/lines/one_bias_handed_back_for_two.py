# cached-tuple: every statement is right, and one entry of the answer is not. No line.
import numpy as np


def backward_propagation(X, Y, cache):
    count = Y.shape[1]
    Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3 = cache
    e3 = (A3 - Y) / count
    e2 = (W3.T @ e3) * (Z2 > 0)
    e1 = (W2.T @ e2) * (Z1 > 0)
    g3 = e3.sum(axis=1, keepdims=True)
    g2 = e2.sum(axis=1, keepdims=True)
    g1 = e1.sum(axis=1, keepdims=True)
    return {"dW1": e1 @ X.T, "dW2": e2 @ A1.T, "dW3": e3 @ A2.T, "db1": g2, "db2": g2, "db3": g3}
