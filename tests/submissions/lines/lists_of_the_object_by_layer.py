# deep-relu: lists of the object that are filled by layer
import numpy as np


class Network:
    def __init__(self, sizes):
        self.L = len(sizes) - 1
        self.W = [np.zeros((n, k)) for k, n in zip(sizes[:-1], sizes[1:])]
        self.b = [np.zeros((n, 1)) for n in sizes[1:]]
        self.dW = [None] * self.L
        self.db = [None] * self.L

    def forward(self, X):
        self.A, self.Z = [X], []
        for l in range(self.L):
            self.Z.append(self.W[l] @ self.A[l] + self.b[l])
            last = 1 / (1 + np.exp(-self.Z[l]))
            self.A.append(last if l == self.L - 1 else np.maximum(self.Z[l], 0))

    def backward(self, Y):
        m = Y.shape[1]
        dZ = self.A[-1] - Y
        for l in reversed(range(self.L)):
            self.dW[l] = dZ @ self.A[l].T / m
            self.db[l] = dZ.sum(axis=1, keepdims=True) / m
            if l > 0:
                dZ = self.W[l].T @ dZ  # <--
