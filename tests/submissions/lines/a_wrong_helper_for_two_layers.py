# cached-tuple: a helper that is wrong for every layer that calls it
def through_relu(error, a):
    return error * (a < 0.0)  # <--


def backward_propagation(X, Y, cache):
    (Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3) = cache
    count = Y.shape[1]
    delta3 = A3 - Y
    delta2 = through_relu(W3.T @ delta3, Z2)
    delta1 = through_relu(W2.T @ delta2, Z1)
    return {
        "dW3": delta3 @ A2.T / count, "db3": delta3.mean(axis=1, keepdims=True),
        "dW2": delta2 @ A1.T / count, "db2": delta2.mean(axis=1, keepdims=True),
        "dW1": delta1 @ X.T / count, "db1": delta1.mean(axis=1, keepdims=True),
    }  # fmt: skip
