# shallow-sigmoid: a static method, and one of the class that it is built on
import numpy as np


class Model:
    def error(self, Y):
        return self.A2 - Y


class Network(Model):
    @staticmethod
    def slope(a):
        return a * (1 + a)  # <--

    def backward(self, X, Y):
        m = X.shape[1]
        dZ2 = self.error(Y)
        dZ1 = self.W2.T @ dZ2 * self.slope(self.A1)
        self.dW2 = dZ2 @ self.A1.T / m
        self.db2 = dZ2.sum(axis=1, keepdims=True) / m
        self.dW1 = dZ1 @ X.T / m
        self.db1 = dZ1.sum(axis=1, keepdims=True) / m
