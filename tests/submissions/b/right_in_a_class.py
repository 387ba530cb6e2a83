# Family B, assignment shallow-tanh: a class with a costly constructor.
# right
# says: is taken as a method of class
import numpy as np
import pandas as pd
from tqdm import tqdm


class ShallowNet:
    def __init__(self, path="train.csv", n_h=5):
        self.frame = pd.read_csv(path)
        self.n_h = n_h
        self.parameters = self.initialise(self.frame.shape[1], n_h)

    def initialise(self, n_x, n_h):
        return {"W1": np.random.randn(n_h, n_x) * 0.01}

    @staticmethod
    def tanh_slope(Z):
        return 1 - np.tanh(Z) ** 2

    def backward_propagation(self, parameters, cache, X, Y):
        m = X.shape[1]
        dZ2 = cache["A2"] - Y
        dZ1 = np.dot(parameters["W2"].T, dZ2) * self.tanh_slope(cache["Z1"])
        grads = {}
        for l, (dZ, A) in enumerate([(dZ1, X), (dZ2, cache["A1"])], 1):
            grads["dW" + str(l)] = np.dot(dZ, A.T) / m
            grads["db" + str(l)] = np.sum(dZ, axis=1, keepdims=True) / m
        return grads

    def fit(self, epochs=1000):
        for _ in tqdm(range(epochs)):
            pass


net = ShallowNet()
net.fit(50000)
