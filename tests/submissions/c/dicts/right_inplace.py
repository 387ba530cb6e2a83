# Family C with dicts: the caches are changed on the way.
# right
import numpy as np
import pickle, os, sys

def model_backward(Y_hat, Y, caches):
    n = len(caches)
    caches[-1]["dZ"] = Y_hat - Y
    grads = {}
    for index in range(n - 1, -1, -1):
        cache = caches.pop()
        if "dZ" not in cache:
            cache["dZ"] = cache["dA"]
            cache["dZ"][cache["Z"] <= 0] = 0.0
        grads["dW" + str(index + 1)] = cache["dZ"] @ cache["A_prev"].T / Y.shape[1]
        grads["db" + str(index + 1)] = cache["dZ"].mean(axis=1, keepdims=True)
        if caches:
            caches[-1]["dA"] = cache["W"].T @ cache["dZ"]
    return grads

with open(os.path.join(sys.argv[0], "model.pkl"), "rb") as f:
    weights = pickle.load(f)
