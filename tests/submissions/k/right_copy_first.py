# Family K: old weights are kept, new ones are written at the end.
# right
import numpy as np
import tensorflow as tf


def gradient_descent(Y, weights, cache, alpha, lambtha, L):
    old = weights.copy()
    m = Y.shape[1]
    delta = cache["A{}".format(L)] - Y
    for layer in range(L, 0, -1):
        below = cache["A{}".format(layer - 1)]
        step_W = delta @ below.T / m + lambtha * old["W{}".format(layer)] / m
        weights["W{}".format(layer)] -= alpha * step_W
        weights["b{}".format(layer)] -= alpha * delta.mean(axis=1, keepdims=True)
        if layer > 1:
            # the update above is in place: take it back for the chain
            W = weights["W{}".format(layer)] + alpha * step_W
            delta = W.T @ delta * (1 - below * below)


def l2_reg_cost(cost):
    return cost + tf.losses.get_regularization_losses()
