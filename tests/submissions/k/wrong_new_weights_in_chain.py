# Family K: the chain uses weights that are updated already.
# wrong: W1 b1
import numpy as np

def l2_reg_gradient_descent(Y, weights, cache, alpha, lambtha, L):
    m = Y.shape[1]
    dz = cache['A' + str(L)] - Y
    for i in reversed(range(1, L + 1)):
        A = cache['A' + str(i - 1)]
        dw = np.matmul(dz, A.T) / m + (lambtha / m) * weights['W' + str(i)]
        weights['W' + str(i)] = weights['W' + str(i)] - alpha * dw
        weights['b' + str(i)] = weights['b' + str(i)] - alpha * np.sum(dz, axis=1, keepdims=True) / m
        dz = np.matmul(weights['W' + str(i)].T, dz) * (1 - A ** 2)
