# Family C: a star import of the missing helpers, two function names.
# right
import numpy as np
import copy
from public_tests import *
from dnn_app_utils_v3 import *
from PIL import Image
from scipy import ndimage

def linear_backward(dZ, cache):
    A_prev, W, b = cache
    m = A_prev.shape[1]
    return W.T @ dZ, 1/m * (dZ @ A_prev.T), 1/m * dZ.sum(axis=1, keepdims=True)

def L_model_backward(AL, Y, caches):
    grads = {}
    L = len(caches)
    current = caches[-1]
    dA_prev, grads[f"dW{L}"], grads[f"db{L}"] = linear_backward(AL - Y, current[0])
    for l in range(L - 1, 0, -1):
        linear, Z = caches[l - 1]
        dA_prev, grads[f"dW{l}"], grads[f"db{l}"] = linear_backward(relu_backward(dA_prev, Z), linear)
    return grads

train_x_orig, train_y, test_x_orig, test_y, classes = load_data()
my_image = np.array(Image.open("images/my_image.jpg"))
