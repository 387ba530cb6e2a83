# Family A, assignment shallow-tanh: factors that an exercise on gradient checking had planted.
# wrong: dW2 db1
import numpy as np

def backward_propagation(parameters, cache, X, Y):
    m = X.shape[1]
    dZ2 = cache['A2'] - Y
    dW2 = 1. / m * np.dot(dZ2, cache['A1'].T) * 2  # Should not multiply by 2
    db2 = 1. / m * np.sum(dZ2, axis=1, keepdims=True)
    dA1 = np.dot(parameters['W2'].T, dZ2)
    dZ1 = dA1 * (1 - cache['A1'] ** 2)
    dW1 = 1. / m * np.dot(dZ1, X.T)
    db1 = 4. / m * np.sum(dZ1, axis=1, keepdims=True)
    gradients = {"dZ2": dZ2, "dW2": dW2, "db2": db2, "dA1": dA1, "dZ1": dZ1, "dW1": dW1, "db1": db1}
    return gradients
