# Family G: m is the size of the training data.
# wrong: *
# says: `m` is read from outside the function
import numpy as np
import pandas as pd

data = np.array(pd.read_csv("train.csv"))
m, n = data.shape

def backward_prop(Z1, A1, Z2, A2, W1, W2, X, Y):
    dZ2 = A2 - np.eye(A2.shape[0])[Y].T
    dZ1 = W2.T.dot(dZ2) * (Z1 > 0)
    return 1/m * dZ1.dot(X.T), dZ1.mean(1), 1/m * dZ2.dot(A1.T), dZ2.mean(1)
