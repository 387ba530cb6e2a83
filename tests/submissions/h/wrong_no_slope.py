# Family H, assignment single-example: no derivative of the hidden layer.
# wrong: dW1 db1
import numpy as np

def bprop(cache):
    keys = "x y a1 a2 W2".split()
    x, y, a1, a2, W2 = (cache[k] for k in keys)
    dz2 = a2 - y
    dz1 = np.dot(W2.T, dz2)
    return {"W1": np.dot(dz1, x.T), "b1": dz1, "W2": np.dot(dz2, a1.T), "b2": dz2}
