# Family L: methods that call each other, another class of the same method name above.
# right
import numpy as np


class SoftmaxClassifier:
    def loss(self, scores):
        raise NotImplementedError


class Net(SoftmaxClassifier):
    def __init__(self, dims, eps=1e-3, dtype=np.float32):
        self.eps = eps
        self.params = {k: eps * np.random.randn(*dims).astype(dtype) for k in ("W1", "W2")}

    def __forward(self, X):
        p = self.params
        z = X @ p["W1"] + p["b1"]
        return z, np.maximum(z, 0) @ p["W2"] + p["b2"]

    @staticmethod
    def _probabilities(scores):
        e = np.exp(scores - scores.max(axis=1, keepdims=True))
        return e / e.sum(axis=1, keepdims=True)

    def loss(self, X, y, reg):
        z, scores = self.__forward(X)
        P = self._probabilities(scores)
        n = len(X)
        d = (P - np.eye(P.shape[1])[y]) / n
        p, grads = self.params, {}
        h = np.maximum(z, 0)
        dz = (d @ p["W2"].T) * (z > 0)
        for key, inp, out in (("1", X, dz), ("2", h, d)):
            grads["W" + key] = inp.T @ out + 2 * reg * p["W" + key]
            grads["b" + key] = out.sum(axis=0)
        value = -np.mean(np.log(P[np.arange(n), y] + self.eps))
        return value, grads
