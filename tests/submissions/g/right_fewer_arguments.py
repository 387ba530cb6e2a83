# Family G: takes only what it needs.
# right
import numpy as np

def back_prop(A1, A2, W2, X, Y):
    m = X.shape[1]
    dZ2 = A2.copy()
    dZ2[Y, range(m)] -= 1
    dZ1 = (W2.T @ dZ2) * (A1 > 0)
    return {"dW1": dZ1 @ X.T / m, "db1": dZ1.mean(axis=1, keepdims=True),
            "dW2": dZ2 @ A1.T / m, "db2": dZ2.mean(axis=1, keepdims=True)}
