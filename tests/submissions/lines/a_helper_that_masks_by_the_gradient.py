# l-model-backward: a helper that masks by the gradient
import numpy as np

def relu_backward(dA, Z):
    dZ = np.array(dA, copy=True)
    dZ[dZ <= 0] = 0  # <--
    return dZ

def linear_backward(dZ, cache):
    A_prev, W, b = cache
    m = A_prev.shape[1]
    return W.T @ dZ, dZ @ A_prev.T / m, dZ.sum(axis=1, keepdims=True) / m

def L_model_backward(AL, Y, caches):
    grads, L = {}, len(caches)
    dZ = AL - Y
    for l in range(L, 0, -1):
        linear, _ = caches[l - 1]
        dA, grads["dW" + str(l)], grads["db" + str(l)] = linear_backward(dZ, linear)
        if l > 1:
            dZ = relu_backward(dA, caches[l - 2][1])
    return grads
