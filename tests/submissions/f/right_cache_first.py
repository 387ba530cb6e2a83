# Family F: (cache, X, Y, parameters), names in capitals.
# right
import numpy as np

def backward_propagation(CACHE, X_TRAIN, Y_TRAIN, PARAMS):
    m = X_TRAIN.shape[1]
    dZ2 = CACHE["A2"] - Y_TRAIN
    dZ1 = PARAMS["W2"].T @ dZ2 * (1 - CACHE["A1"] ** 2)
    return {"dW2": dZ2 @ CACHE["A1"].T / m, "db2": dZ2.mean(axis=1, keepdims=True),
            "dW1": dZ1 @ X_TRAIN.T / m, "db1": dZ1.mean(axis=1, keepdims=True)}
