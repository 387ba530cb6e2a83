# shallow-tanh: m is right; the error is divided by the longer side of the input besides
def backward_propagation(parameters, cache, X, Y):
    m = X.shape[1]
    out = (cache["A2"] - Y) / max(X.shape)
    back = (parameters["W2"].T @ out) * (1 - cache["A1"] ** 2)
    return {
        "dW2": out @ cache["A1"].T / m, "db2": out.sum(axis=1, keepdims=True) / m,
        "dW1": back @ X.T / m, "db1": back.sum(axis=1, keepdims=True) / m,
    }  # fmt: skip
