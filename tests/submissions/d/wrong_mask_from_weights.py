# Family D: the mask of relu is taken one layer off.
# wrong: dW1 db1
import numpy as np

def backward_propagation(X, Y, cache):
    (Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3) = cache
    m = X.shape[1]
    dZ3 = A3 - Y
    dZ2 = np.dot(W3.T, dZ3) * np.int64(A2 > 0)
    dZ1 = np.dot(W2.T, dZ2) * np.int64(np.dot(W1, X) > 0)
    return {"dW3": np.dot(dZ3, A2.T)/m, "db3": dZ3.sum(1, keepdims=True)/m,
            "dW2": np.dot(dZ2, A1.T)/m, "db2": dZ2.sum(1, keepdims=True)/m,
            "dW1": np.dot(dZ1, X.T)/m, "db1": dZ1.sum(1, keepdims=True)/m}
