# cached-tuple: the slope is in what goes on, and in neither gradient; dA2 itself is right
def backward_propagation(X, Y, cache):
    (Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3) = cache
    count = Y.shape[1]
    out = (A3 - Y) / count
    err_two = W3.T @ out
    two = err_two * (A2 > 0)
    dW2 = err_two @ A1.T  # <--
    db2 = err_two.sum(axis=1, keepdims=True)
    err_one = W2.T @ two
    dW1 = err_one @ X.T
    db1 = err_one.sum(axis=1, keepdims=True)
    dW3, db3 = out @ A2.T, out.sum(axis=1, keepdims=True)
    return {"dW3": dW3, "db3": db3, "dW2": dW2, "db2": db2, "dW1": dW1, "db1": db1}
