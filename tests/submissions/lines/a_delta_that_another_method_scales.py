# shallow-tanh: a delta that another method of the object scales, where the error alone is right
import numpy as np


class Network:
    def scale(self):
        self.delta = self.delta * 6

    def backward(self, X, Y):
        m = X.shape[1]
        self.delta = (self.A2 - Y) / 3
        self.scale()
        self.dW2 = self.delta @ self.A1.T / m
        self.db2 = self.delta.sum(axis=1, keepdims=True) / m
        below = self.W2.T @ self.delta * (1 - self.A1**2)
        self.dW1 = below @ X.T / m
        self.db1 = below.sum(axis=1, keepdims=True) / m
