# shallow-tanh: a method that leaves its gradients on its object
import numpy as np


class Network:
    def backward(self, X, Y):
        m = X.shape[1]
        A1, A2 = self.cache["A1"], self.cache["A2"]
        dZ2 = A2 - Y
        self.dW2 = dZ2 @ A1.T / m
        self.db2 = dZ2.sum(axis=1, keepdims=True) / m
        dZ1 = self.params["W2"].T @ dZ2 * A1 * (1 - A1)  # <--
        self.dW1 = dZ1 @ X.T / m
        self.db1 = dZ1.sum(axis=1, keepdims=True) / m
