# two-layer-net: a dict of the object, with the names of the parameters, handed back
import numpy as np


class TwoLayerNet:
    def backward(self, X, y):
        n = X.shape[0]
        hidden, scores = self.cache["A1"], self.cache["A2"].copy()
        scores[np.arange(n), y] -= 1
        scores /= n
        below = scores.dot(self.params["W2"].T)  # <--
        self.grads = {}
        self.grads["W2"] = hidden.T.dot(scores)
        self.grads["b2"] = scores.sum(axis=0)
        self.grads["W1"] = X.T.dot(below)
        self.grads["b1"] = below.sum(axis=0)
        return self.grads
