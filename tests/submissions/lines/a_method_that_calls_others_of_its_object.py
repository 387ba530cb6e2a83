# shallow-tanh: a method that calls others, which set what the next one reads
import numpy as np


class Network:
    def output_layer(self, Y):
        self.delta = self.A2 - Y
        self.dW2 = self.delta @ self.A1.T / Y.shape[1]
        self.db2 = self.delta.sum(axis=1, keepdims=True) / Y.shape[1]

    def hidden_layer(self, X):
        below = self.W2.T @ self.delta  # <--
        self.dW1 = below @ X.T / X.shape[1]
        self.db1 = below.sum(axis=1, keepdims=True) / X.shape[1]

    def backward(self, X, Y):
        self.output_layer(Y)
        self.hidden_layer(X)
