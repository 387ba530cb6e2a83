# shallow-sigmoid: other names
import numpy as np

def back_prop(params, cache, X, labels):
    n = labels.shape[1]
    err = cache["A2"] - labels
    grad_W2 = err @ cache["A1"].T / n
    grad_b2 = err.sum(axis=1, keepdims=True) / n
    hidden_err = params["W2"].T @ err * (1 - cache["A1"] ** 2)  # <--
    grad_W1 = hidden_err @ X.T / n
    grad_b1 = hidden_err.sum(axis=1, keepdims=True) / n
    return {"dW1": grad_W1, "db1": grad_b1, "dW2": grad_W2, "db2": grad_b2}
