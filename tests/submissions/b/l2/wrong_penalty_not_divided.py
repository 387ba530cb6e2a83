# Family B, with L2: the penalty's gradient is not divided by m.
# wrong: dW1 dW2
import numpy as np
lambd = 0.1

def backward_propagation(parameters, cache, X, Y, lambd):
    m = X.shape[1]
    dZ2 = cache["A2"] - Y
    dZ1 = parameters["W2"].T.dot(dZ2) * (1 - cache["A1"] ** 2)
    return {"dW2": dZ2.dot(cache["A1"].T) / m + lambd * parameters["W2"],
            "db2": dZ2.mean(axis=1, keepdims=True),
            "dW1": dZ1.dot(X.T) / m + lambd * parameters["W1"],
            "db1": dZ1.mean(axis=1, keepdims=True)}
