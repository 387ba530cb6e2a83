# Family B, assignment shallow-tanh: a method that was cut out of its class.
# right
import numpy as np

def backprop(self, parameters, cache, X, Y):
    A1, A2 = cache["A1"], cache["A2"]
    m = A2.shape[1]
    dZ2 = A2 - Y
    dZ1 = np.dot(parameters["W2"].T, dZ2) * (1 - A1 * A1)
    self.grads = {
        "dW1": np.dot(dZ1, X.T) / m, "db1": np.sum(dZ1, axis=1, keepdims=True) / m,
        "dW2": np.dot(dZ2, A1.T) / m, "db2": np.sum(dZ2, axis=1, keepdims=True) / m,
    }
    return self.grads
