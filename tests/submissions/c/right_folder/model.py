import numpy as np
from nn.activations import backward_of
from nn import linear

print("building the model")


def L_model_backward(AL, Y, caches):
    grads = {}
    dA = (1 - Y) / (1 - AL) - Y / AL
    for layer in range(len(caches), 0, -1):
        cache, Z = caches[layer - 1]
        kind = "sigmoid" if layer == len(caches) else "relu"
        dA, grads["dW%i" % layer], grads["db%i" % layer] = linear.back(backward_of(kind)(dA, Z), cache)
    return grads
