# Logistic regression: the sign.
# wrong: *
import numpy as np
from lr_utils import *

def propagate(w, b, X, Y):
    A = sigmoid(np.dot(w, X) + b)
    return {"dw": np.dot(Y - A, X.T) / X.shape[1], "db": np.mean(Y - A)}, 0
