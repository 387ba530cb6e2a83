# Forward inside; np.matrix all the way, old NumPy names.
# right
# says: `np.float` is gone
import numpy as np

def backprop(X, y, W1, b1, W2, b2):
    X, y, W1, W2 = np.mat(X), np.mat(y), np.asmatrix(W1, dtype=np.float), np.asmatrix(W2)
    m = X.shape[1]
    a1 = np.tanh(W1 * X + b1)
    d2 = (W2 * a1 + b2 - y) / m
    d1 = np.multiply(W2.T * d2, 1 - np.square(a1))
    return {"dW1": d1 * X.T, "db1": d1.sum(axis=1), "dW2": d2 * a1.T, "db2": d2.sum(axis=1)}
