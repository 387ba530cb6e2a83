# Family C: every bias gradient is one number.
# wrong: db1 db2 db3
import numpy as np

def backward_propagation(AL, Y, caches):
    grads = {}
    m = Y.shape[1]
    dZ = AL - Y
    for l in range(len(caches), 0, -1):
        (A, W, b), Z = caches[l - 1]
        grads['dW' + str(l)] = np.dot(dZ, A.T) / m
        grads['db' + str(l)] = np.sum(dZ) / m * np.ones(b.shape)
        if l > 1:
            dZ = np.dot(W.T, dZ) * (caches[l - 2][1] > 0)
    return grads
