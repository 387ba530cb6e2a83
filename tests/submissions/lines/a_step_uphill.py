# update-in-place: a step uphill
import numpy as np

def gradient_descent(Y, weights, cache, alpha, L):
    m = Y.shape[1]
    dz = cache["A" + str(L)] - Y
    for i in range(L, 0, -1):
        a = cache["A" + str(i - 1)]
        dw = dz @ a.T / m
        db = dz.mean(axis=1, keepdims=True)
        dz = weights["W" + str(i)].T @ dz * (1 - a ** 2)
        weights["W" + str(i)] += alpha * dw
        weights["b" + str(i)] += alpha * db
