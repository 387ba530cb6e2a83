# shallow-tanh: dW2 carries the error back, where W2 belongs
def backward_propagation(parameters, cache, X, Y):
    n = X.shape[1]
    e2 = cache["A2"] - Y
    dW2 = e2 @ cache["A1"].T / n
    db2 = e2.sum(axis=1, keepdims=True) / n
    e1 = (dW2.T @ e2) * (1 - cache["A1"] ** 2)  # <--
    return {
        "dW2": dW2, "db2": db2,
        "dW1": e1 @ X.T / n, "db1": e1.sum(axis=1, keepdims=True) / n,
    }  # fmt: skip
