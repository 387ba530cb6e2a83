# Family F: the slope helper wants Z and gets A.
# wrong: dW1 db1
import numpy as np

class Tanh:
    def __init__(self):
        pass
    def forward(self, z):
        return np.tanh(z)
    def slope(self, z):
        return 1 - np.tanh(z) ** 2

act = Tanh()

def backward(X, y, parameters, cache):
    m = X.shape[1]
    dZ2 = cache["A2"] - y
    dZ1 = parameters["W2"].T.dot(dZ2) * act.slope(cache["A1"])
    return {"dW1": dZ1.dot(X.T) / m, "db1": dZ1.mean(1).reshape(-1, 1),
            "dW2": dZ2.dot(cache["A1"].T) / m, "db2": dZ2.mean(1).reshape(-1, 1)}
