# Family J: a loop over examples.
# right
import numpy as np

def compute_gradients(X, Y, P, W, reg):
    dW, db = np.zeros_like(W), np.zeros((W.shape[0], 1))
    N = X.shape[1]
    for i in range(N):
        x, g = X[:, [i]], P[:, [i]] - Y[:, [i]]
        dW += g.dot(x.T)
        db += g
    return dW / N + 2 * reg * W, db / N
