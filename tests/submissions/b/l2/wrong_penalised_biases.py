# Family B, with L2: the biases are penalised too, in the gradient only.
# wrong: db1 db2
import numpy as np

def decay(grads, parameters, lambd, m):
    for key in parameters:
        grads["d" + key] = grads["d" + key] + lambd / m * parameters[key]
    return grads

def backward_propagation(parameters, cache, X, Y, lambd):
    m = X.shape[1]
    dZ2 = cache["A2"] - Y
    dZ1 = parameters["W2"].T.dot(dZ2) * (1 - cache["A1"] ** 2)
    grads = {"dW2": dZ2.dot(cache["A1"].T) / m, "db2": dZ2.mean(axis=1, keepdims=True),
             "dW1": dZ1.dot(X.T) / m, "db1": dZ1.mean(axis=1, keepdims=True)}
    return decay(grads, parameters, lambd, m)
