# A class: an attribute that only the constructor would compute.
# wrong: *
# says: `self.rate` has no value
import numpy as np

class Net:
    def __init__(self, data):
        self.rate = 1 / np.linalg.norm(data)

    def backward(self, X, y, output):
        d2 = (output - y) * output * (1 - output) * self.rate
        return {"dW2": self.a1.T @ d2}
