# Family D: from an exercise on initialisation; trains at module level.
# right
import numpy as np
import matplotlib.pyplot as plt
import sklearn
from init_utils import sigmoid, relu, compute_loss, forward_propagation, load_dataset

%matplotlib inline
plt.rcParams['figure.figsize'] = (7.0, 4.0)
train_X, train_Y, test_X, test_Y = load_dataset()

def backward_propagation(X, Y, cache):
    m = X.shape[1]
    (Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3) = cache

    dZ3 = A3 - Y
    dW3 = 1. / m * np.dot(dZ3, A2.T)
    db3 = 1. / m * np.sum(dZ3, axis=1, keepdims=True)

    dA2 = np.dot(W3.T, dZ3)
    dZ2 = np.multiply(dA2, np.int64(A2 > 0))
    dW2 = 1. / m * np.dot(dZ2, A1.T)
    db2 = 1. / m * np.sum(dZ2, axis=1, keepdims=True)

    dA1 = np.dot(W2.T, dZ2)
    dZ1 = np.multiply(dA1, np.int64(A1 > 0))
    dW1 = 1. / m * np.dot(dZ1, X.T)
    db1 = 1. / m * np.sum(dZ1, axis=1, keepdims=True)

    return {"dZ3": dZ3, "dW3": dW3, "db3": db3, "dA2": dA2, "dZ2": dZ2, "dW2": dW2, "db2": db2,
            "dA1": dA1, "dZ1": dZ1, "dW1": dW1, "db1": db1}


def model(X, Y, learning_rate=0.01, num_iterations=15000):
    costs = []
    for i in range(num_iterations):
        a3, cache = forward_propagation(X, {})
        costs.append(compute_loss(a3, Y))
    plt.plot(costs)

parameters = model(train_X, train_Y)
