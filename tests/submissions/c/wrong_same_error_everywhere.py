# Family C: every hidden layer starts from the output's dAL.
# wrong: dW1 db1 dW2 db2 dW3 db3
import numpy as np
from utils import relu_backward, sigmoid_backward

def L_model_backward(AL, Y, caches):
    grads = {}
    L = len(caches)
    m = AL.shape[1]
    dAL = -(np.divide(Y, AL) - np.divide(1 - Y, 1 - AL))
    for l in reversed(range(L)):
        (A_prev, W, b), Z = caches[l]
        dZ = sigmoid_backward(dAL, Z) if l == L - 1 else relu_backward(np.ones((W.shape[0], 1)) * dAL, Z)
        grads["dW" + str(l + 1)] = dZ @ A_prev.T / m
        grads["db" + str(l + 1)] = dZ.sum(axis=1, keepdims=True) / m
    return grads
