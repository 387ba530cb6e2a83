# expected: all correct
"""Right, with einsum, and without the optional step: that part then counts for nothing."""

import numpy as np


def backward_propagation(parameters, cache, X, Y):
    A1, A2 = cache["A1"], cache["A2"]
    delta2 = (A2 - Y) * A2 * (1 - A2)
    delta1 = np.einsum("io,ho->ih", delta2, parameters["W2"]) * A1 * (1 - A1)
    return {
        "dW1": np.einsum("in,ih->nh", X, delta1),
        "db1": np.einsum("ih->h", delta1)[None, :],
        "dW2": np.einsum("ih,io->ho", A1, delta2),
        "db2": np.einsum("io->o", delta2)[None, :],
    }
