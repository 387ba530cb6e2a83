# Family I: sigmoid with the wrong sign.
# wrong: *
import numpy as np

def sigmoid(z):
    return 1 / (1 + np.exp(z))

def nnCostFunction(W1, b1, W2, b2, X, y, Lambda=0.0):
    m = X.shape[0]
    a2 = sigmoid(X.dot(W1) + b1)
    h = sigmoid(a2.dot(W2) + b2)
    J = -1.0 / m * np.sum(y * np.log(h) + (1 - y) * np.log(1 - h))
    J += Lambda / (2.0 * m) * (np.sum(W1 ** 2) + np.sum(W2 ** 2))
    d3 = h - y
    d2 = d3.dot(W2.T) * a2 * (1 - a2)
    grad = np.concatenate([
        ((X.T.dot(d2) + Lambda * W1) / m).ravel(), d2.mean(axis=0),
        ((a2.T.dot(d3) + Lambda * W2) / m).ravel(), d3.mean(axis=0),
    ])
    return J, grad
