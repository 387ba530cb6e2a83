# expected: all correct
"""Right, starting from the slope of the loss with respect to a2, as on the blackboard."""

import numpy as np


def bprop(fprop_cache):
    x, y, z1, a1, z2, a2 = [fprop_cache[key] for key in ("x", "y", "z1", "a1", "z2", "a2")]

    def sigmoid_prime(z):
        s = 1 / (1 + np.exp(-z))
        return s * (1 - s)

    dloss_da2 = (a2 - y) / (a2 * (1 - a2))
    dloss_dz2 = dloss_da2 * sigmoid_prime(z2)
    dloss_da1 = fprop_cache["W2"].T @ dloss_dz2
    dloss_dz1 = dloss_da1 * sigmoid_prime(z1)

    return {
        "W2": dloss_dz2 @ a1.T,
        "b2": dloss_dz2,
        "W1": dloss_dz1 @ x.T,
        "b1": dloss_dz1,
    }
