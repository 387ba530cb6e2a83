# two-layer-net: a tuple
import numpy as np

def backward(X, y, parameters, cache):
    n = len(y)
    targets = np.eye(cache["A2"].shape[1])[y]
    d2 = (cache["A2"] - targets) / n
    dW2, db2 = cache["A1"].T @ d2, d2.sum(axis=0)
    d1 = d2 @ parameters["W2"].T * (cache["Z1"] > 0)
    dW1, db1 = X.T @ d1, d1.mean(axis=0)  # <--
    return dW1, db1, dW2, db2
