# cached-tuple: db2 goes on where the delta of the second layer belongs, in a statement of its own
def backward_propagation(X, Y, cache):
    (Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3) = cache
    e3 = (A3 - Y) / X.shape[1]
    dW3 = e3 @ A2.T
    db3 = e3.sum(axis=1, keepdims=True)
    e2 = (W3.T @ e3) * (Z2 > 0)
    dW2 = e2 @ A1.T
    db2 = e2.sum(axis=1, keepdims=True)
    passed = W2.T @ db2  # <--
    e1 = passed * (Z1 > 0)
    dW1 = e1 @ X.T
    db1 = e1.sum(axis=1, keepdims=True)
    return {"dW3": dW3, "db3": db3, "dW2": dW2, "db2": db2, "dW1": dW1, "db1": db1}
