# cached-tuple: the statement of the second layer was copied for the first and not changed
def backward_propagation(X, Y, cache):
    (Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3) = cache
    out = (A3 - Y) / Y.shape[1]
    err_two = W3.T @ out
    two = err_two * (A2 > 0)
    err_one = W2.T @ two
    one = err_two * (A2 > 0)  # <--
    return {
        "dW3": out @ A2.T, "db3": out.sum(axis=1, keepdims=True),
        "dW2": two @ A1.T, "db2": two.sum(axis=1, keepdims=True),
        "dW1": one @ X.T, "db1": one.sum(axis=1, keepdims=True),
    }  # fmt: skip
