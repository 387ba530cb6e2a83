# Family A, assignment shallow-tanh: a helper that stands in another notebook.
# wrong: *
# says: `tanh_grad_of` is not defined
import numpy as np

def backward_propagation(parameters, cache, X, Y):
    m = X.shape[1]
    dZ2 = cache["A2"] - Y
    dZ1 = tanh_grad_of(cache["Z1"]) * np.dot(parameters["W2"].T, dZ2)
    return {"dW2": np.dot(dZ2, cache["A1"].T) / m, "db2": np.mean(dZ2, 1, keepdims=True),
            "dW1": np.dot(dZ1, X.T) / m, "db1": np.mean(dZ1, 1, keepdims=True)}
