# Family K: a step in the wrong direction.
# wrong: *
import numpy as np

def l2_reg_gradient_descent(Y, weights, cache, alpha, lambtha, L):
    m = Y.shape[1]
    W2 = weights["W2"].copy()
    dz2 = cache["A2"] - Y
    dz1 = (W2.T @ dz2) * (1 - cache["A1"] ** 2)
    for i, dz, A in ((2, dz2, cache["A1"]), (1, dz1, cache["A0"])):
        weights["W%d" % i] += alpha * (dz @ A.T / m + lambtha / m * weights["W%d" % i])
        weights["b%d" % i] += alpha * dz.mean(axis=1, keepdims=True)
