# shallow-tanh: a loop over examples
import numpy as np

def backward_propagation(parameters, cache, X, Y):
    m = X.shape[1]
    dW1, db1 = np.zeros_like(parameters["W1"]), np.zeros_like(parameters["b1"])
    dW2, db2 = np.zeros_like(parameters["W2"]), np.zeros_like(parameters["b2"])
    for i in range(m):
        x, a1 = X[:, [i]], cache["A1"][:, [i]]
        d2 = cache["A2"][:, [i]] - Y[:, [i]]
        dW2 += d2 @ a1.T / m
        db2 += d2 / m
        d1 = parameters["W2"].T @ d2 * (1 - a1)  # <--
        dW1 += d1 @ x.T / m
        db1 += d1 / m
    return {"dW1": dW1, "db1": db1, "dW2": dW2, "db2": db2}
