# Family G: the bias gradients are summed over everything; on the softmax layer that is 0.
# wrong: db1 db2
import numpy as np

def one_hot(Y, n):
    return np.eye(n)[Y].T

def backward_prop(Z1, A1, Z2, A2, W1, W2, X, Y):
    one_hot_Y = one_hot(Y, len(A2))
    m = Y.size
    dZ2 = A2 - one_hot_Y
    dW2 = 1 / m * dZ2.dot(A1.T)
    db2 = 1 / m * np.sum(dZ2) * np.ones((len(A2), 1))
    dZ1 = W2.T.dot(dZ2) * (Z1 > 0)
    dW1 = 1 / m * dZ1.dot(X.T)
    db1 = 1 / m * np.sum(dZ1) * np.ones((len(A1), 1))
    return dW1, db1, dW2, db2
