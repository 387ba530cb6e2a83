# shallow-tanh: values of the object that are unpacked, of which the wrong one is taken
import numpy as np


class Network:
    def backward(self, X, Y):
        Z1, A1, Z2, A2 = self.Z1, self.A1, self.Z2, self.A2
        m = X.shape[1]
        dZ2 = A2 - Y
        dW2 = dZ2 @ Z1.T / m  # <--
        db2 = dZ2.sum(axis=1, keepdims=True) / m
        dZ1 = self.W2.T @ dZ2 * (1 - A1**2)
        dW1 = dZ1 @ X.T / m
        db1 = dZ1.sum(axis=1, keepdims=True) / m
        return {"dW1": dW1, "db1": db1, "dW2": dW2, "db2": db2}
