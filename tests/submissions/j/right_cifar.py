# Family J: pictures in batches, gradient of lambda W**2.
# right
import numpy as np
import pickle
import matplotlib.pyplot as plt


def LoadBatch(filename):
    with open("Datasets/" + filename, "rb") as fo:
        return pickle.load(fo, encoding="bytes")


def softmax(x):
    return np.exp(x) / np.sum(np.exp(x), axis=0)


def ComputeGradients(X, Y, P, W, lamda):
    n = X.shape[1]
    G = -(Y - P)
    grad_W = G @ X.T / n + 2 * lamda * W
    grad_b = G @ np.ones((n, 1)) / n
    return [grad_W, grad_b]


batch = LoadBatch("data_batch_1")
