# Family F: positional names of the author's own, a tuple as answer.
# right
import numpy as np
from numpy import dot as product, sum as total

def backward(inputs, targets, weights_and_biases, memory):
    """Gibt dW1, db1, dW2, db2 zurück (Größe wie die Parameter)."""
    n = inputs.shape[1]
    fehler2 = memory["A2"] - targets
    fehler1 = product(weights_and_biases["W2"].T, fehler2) * (1 - memory["A1"] ** 2)
    return (product(fehler1, inputs.T) / n, total(fehler1, axis=1, keepdims=True) / n,
            product(fehler2, memory["A1"].T) / n, total(fehler2, axis=1, keepdims=True) / n)
