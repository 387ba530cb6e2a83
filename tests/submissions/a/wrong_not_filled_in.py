# Family A, assignment shallow-tanh: the template as it was given out.
# wrong: *
# says: not filled in
import numpy as np

# GRADED FUNCTION: backward_propagation
def backward_propagation(parameters, cache, X, Y):
    m = X.shape[1]
    ### START CODE HERE ###
    W1 = None
    W2 = None
    A1 = None
    A2 = None
    dZ2 = None
    dW2 = None
    db2 = None
    dZ1 = W2.T
    ### END CODE HERE ###
    return {"dZ1": dZ1}
