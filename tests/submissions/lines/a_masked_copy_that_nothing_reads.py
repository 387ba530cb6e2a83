# cached-tuple: the function that masks is called, and what it returns is not read
import numpy as np

def through_relu(error, z):
    masked = np.array(error, copy=True)
    masked[z <= 0] = 0
    return masked

def backward_propagation(X, Y, cache):
    (Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3) = cache
    third = (A3 - Y) / X.shape[1]
    second = through_relu(W3.T @ third, Z2)
    error = W2.T @ second
    first = through_relu(error, Z1)
    dW1 = error @ X.T  # <--
    db1 = error.sum(axis=1, keepdims=True)
    dW2, db2 = second @ A1.T, second.sum(axis=1, keepdims=True)
    dW3, db3 = third @ A2.T, third.sum(axis=1, keepdims=True)
    return {"dW3": dW3, "db3": db3, "dW2": dW2, "db2": db2, "dW1": dW1, "db1": db1}
