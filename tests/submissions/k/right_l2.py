#!/usr/bin/env python3
# Family K: weights are changed in place; nothing is returned.
# right
"""Module that holds one function"""
import numpy as np


def l2_reg_gradient_descent(Y, weights, cache, alpha, lambtha, L):
    """Updates the weights and biases of a neural network"""
    m = Y.shape[1]
    dz = cache['A' + str(L)] - Y
    for i in range(L, 0, -1):
        A = cache['A' + str(i - 1)]
        W = weights['W' + str(i)]
        dw = np.matmul(dz, A.T) / m + (lambtha / m) * W
        db = np.sum(dz, axis=1, keepdims=True) / m
        dz = np.matmul(W.T, dz) * (1 - A ** 2)
        weights['W' + str(i)] = W - alpha * dw
        weights['b' + str(i)] = weights['b' + str(i)] - alpha * db
