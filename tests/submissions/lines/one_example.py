# single-example: one example
import numpy as np

def bprop(fprop_cache):
    x, y, z1, a1, z2, a2, loss = [
        fprop_cache[key] for key in ("x", "y", "z1", "a1", "z2", "a2", "loss")]
    dz2 = a2 - y
    dW2 = np.dot(dz2, a1.T)
    db2 = dz2
    dz1 = np.dot(fprop_cache["W2"].T, dz2) * z1 * (1 - z1)  # <--
    dW1 = np.dot(dz1, x.T)
    db1 = dz1
    return {"b1": db1, "W1": dW1, "b2": db2, "W2": dW2}
