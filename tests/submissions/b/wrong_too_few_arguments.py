# Family B, assignment shallow-tanh: an argument is missing.
# wrong: *
# says: The call passes 4 arguments (parameters, cache, X, Y), and the function takes (w, c, data)
import numpy as np

def backprop(w, c, data):
    dZ2 = c["A2"] - data[1]
    return {"dW2": dZ2 @ c["A1"].T}
