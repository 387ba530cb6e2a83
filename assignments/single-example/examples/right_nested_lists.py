# expected: all correct
"""Right without NumPy: loops over the units, and nested lists as the answer."""

import math


def slope(z):
    s = 1 / (1 + math.exp(-z))
    return s * (1 - s)


def bprop(fprop_cache):
    x = [row[0] for row in fprop_cache["x"].tolist()]
    z1 = [row[0] for row in fprop_cache["z1"].tolist()]
    a1 = [row[0] for row in fprop_cache["a1"].tolist()]
    w2 = fprop_cache["W2"].tolist()[0]

    error = fprop_cache["a2"].tolist()[0][0] - fprop_cache["y"].tolist()[0][0]
    blame = [error * w2[j] * slope(z1[j]) for j in range(len(z1))]

    return {
        "W1": [[b * value for value in x] for b in blame],
        "b1": [[b] for b in blame],
        "W2": [[error * value for value in a1]],
        "b2": [[error]],
    }
