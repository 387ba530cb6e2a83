# Forward inside; sum instead of mean.
# wrong: *
import numpy as np

def back_propagation(X, y, W1, b1, W2, b2):
    a1 = np.tanh(np.dot(W1, X) + b1)
    d2 = np.dot(W2, a1) + b2 - y
    d1 = np.dot(W2.T, d2) * (1 - a1 ** 2)
    return np.dot(d1, X.T), d1.sum(1, keepdims=True), np.dot(d2, a1.T), d2.sum(1, keepdims=True)
