# Family C: the slope of relu at the incoming gradient instead of at Z.
# wrong: dW1 db1 dW2 db2 dW3 db3
import numpy as np

relu_prime = lambda x: np.where(x > 0, 1, 0)

def L_model_backward(AL, Y, caches):
    L, m = len(caches), Y.shape[1]
    grads = dict()
    dZ = AL - Y
    for l in range(L - 1, -1, -1):
        (A_prev, W, b), Z = caches[l]
        grads["dW" + str(l + 1)] = np.dot(dZ, A_prev.T) / m
        grads["db" + str(l + 1)] = np.sum(dZ, axis=1, keepdims=True) / m
        dA = np.dot(W.T, dZ)
        dZ = dA * relu_prime(dA)
    return grads
