# deep-relu: dicts of the object by the number of the layer, and a mean that one gradient lacks
import numpy as np


class Network:
    def __init__(self, sizes):
        self.L = len(sizes) - 1
        self.W, self.b, self.dW, self.db, self.A, self.Z = {}, {}, {}, {}, {}, {}
        for l in range(1, self.L + 1):
            self.W[l] = np.zeros((sizes[l], sizes[l - 1]))
            self.b[l] = np.zeros((sizes[l], 1))

    def forward(self, X):
        self.A[0] = X
        for l in range(1, self.L + 1):
            self.Z[l] = self.W[l] @ self.A[l - 1] + self.b[l]
            last = 1 / (1 + np.exp(-self.Z[l]))
            self.A[l] = last if l == self.L else np.maximum(self.Z[l], 0)

    def backward(self, X, Y):
        m = Y.shape[1]
        self.forward(X)
        dZ = self.A[self.L] - Y
        for l in range(self.L, 0, -1):
            self.dW[l] = dZ @ self.A[l - 1].T  # <--
            self.db[l] = dZ.sum(axis=1, keepdims=True) / m
            if l > 1:
                dZ = self.W[l].T @ dZ * (self.Z[l - 1] > 0)
