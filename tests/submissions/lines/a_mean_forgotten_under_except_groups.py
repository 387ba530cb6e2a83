# shallow-tanh: the mean over the examples is left out of one weight, beside except*
import numpy as np


def backward_propagation(parameters, cache, X, Y):
    number = X.shape[1]
    try:
        upper = cache["A2"] - Y
        dW2 = upper.dot(cache["A1"].T) / number
        lower = parameters["W2"].T.dot(upper) * (1 - np.square(cache["A1"]))
        dW1 = lower.dot(X.T)  # <--
    except* ZeroDivisionError:
        raise ValueError("no examples")
    db2 = upper.sum(axis=1, keepdims=True) / number
    db1 = lower.sum(axis=1, keepdims=True) / number
    return {"dW1": dW1, "db1": db1, "dW2": dW2, "db2": db2}
