# shallow-tanh: a delta that a method of another object multiplies
import numpy as np


class Tanh:
    def backward(self, upper, a):
        return upper * a * (1 - a)


class Network:
    def backward(self, X, Y):
        m = X.shape[1]
        layer = Tanh()
        dZ2 = self.A2 - Y
        dA1 = self.W2.T @ dZ2
        dZ1 = layer.backward(dA1, self.A1)
        self.dW2 = dZ2 @ self.A1.T / m
        self.db2 = dZ2.sum(axis=1, keepdims=True) / m
        self.dW1 = dZ1 @ X.T / m
        self.db1 = dZ1.sum(axis=1, keepdims=True) / m
