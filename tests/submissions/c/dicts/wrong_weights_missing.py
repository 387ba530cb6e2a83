# Family C with dicts: the weights are left out of the chain.
# wrong: dW1 db1 dW2 db2 dW3 db3
import numpy as np

def L_model_backward(AL, Y, caches):
    m = Y.shape[1]
    dZ = AL - Y
    grads = {}
    for l in range(len(caches), 0, -1):
        c = caches[l - 1]
        grads['dW%d' % l] = dZ @ c['A_prev'].T / m
        grads['db%d' % l] = dZ.sum(axis=1, keepdims=True) / m
        dZ = np.ones((c['W'].shape[1], 1)) * dZ.sum(axis=0) * (c['A_prev'] > 0)
    return grads
