# Family A, assignment shallow-tanh: the number of examples is read from the training data.
# wrong: *
# says: is read from outside the function
import numpy as np

train_X, train_Y = np.load("x.npy"), np.load("y.npy")
m = train_X.shape[1]

def backward_propagation(parameters, cache, X, Y):
    dZ2 = cache["A2"] - Y
    dW2 = dZ2.dot(cache["A1"].T) / m
    db2 = dZ2.sum(axis=1, keepdims=True) / m
    dZ1 = parameters["W2"].T.dot(dZ2) * (1 - cache["A1"] ** 2)
    return {"dW2": dW2, "db2": db2, "dW1": dZ1.dot(X.T) / m, "db1": dZ1.mean(1, keepdims=True)}
