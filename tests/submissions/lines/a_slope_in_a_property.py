# shallow-sigmoid: a wrong slope in a property, which no line that reads it is blamed for
import numpy as np


class Network:
    @property
    def slope(self):
        return self.A1 * (1 + self.A1)

    def backward(self, X, Y):
        m = X.shape[1]
        dZ2 = (self.A2 - Y) / m
        dZ1 = self.W2.T @ dZ2 * self.slope
        dW1, db1 = dZ1 @ X.T, np.sum(dZ1, axis=1, keepdims=True)
        dW2, db2 = dZ2 @ self.A1.T, np.sum(dZ2, axis=1, keepdims=True)
        return dW1, db1, dW2, db2
