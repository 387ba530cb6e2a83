# Family B, with L2: the arguments come in an order of the author's own.
# right
import numpy as np

def back_prop(X, Y, params, cache, reg=0.7):
    """x -> hidden (tanh) -> output (sigmoid), with weight decay"""
    m = Y.shape[1]
    dZ2 = cache['A2'] - Y
    dW2 = (np.dot(dZ2, cache['A1'].T) + reg * params['W2']) / m
    dZ1 = np.dot(params['W2'].T, dZ2) * (1 - np.tanh(cache['Z1'])**2)
    dW1 = (np.dot(dZ1, X.T) + reg * params['W1']) / m
    return {'dW1': dW1, 'db1': np.sum(dZ1, 1, keepdims=True)/m,
            'dW2': dW2, 'db2': np.sum(dZ2, 1, keepdims=True)/m}
