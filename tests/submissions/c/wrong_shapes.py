# Family C: a transpose is missing.
# wrong: *
# says: do not fit
import numpy as np

def L_model_backward(AL, Y, caches):
    (A_prev, W, b), Z = caches[-1]
    dZ = AL - Y
    return {"dW1": np.dot(dZ, A_prev)}
