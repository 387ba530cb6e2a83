# shallow-tanh: the slope comes in when both gradients are made
def backward_propagation(parameters, cache, X, Y):
    err = (cache["A2"] - Y) / Y.shape[1]
    w2, b2 = err @ cache["A1"].T, err.sum(axis=1, keepdims=True)
    err = parameters["W2"].T @ err
    w1 = err @ X.T  # <--
    b1 = err.sum(axis=1, keepdims=True)
    err = err * (1 - cache["A1"] ** 2)
    return {"dW1": w1, "db1": b1, "dW2": w2, "db2": b2}
