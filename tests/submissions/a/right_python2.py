# Family A, assignment shallow-tanh: written for Python 2.
# right
# says: Python 2
import numpy as np

print "Assignment 3, part 2"


def backward_propagation(parameters, cache, X, Y):
    m = X.shape[1]
    delta = [None, None, cache['A2'] - Y]
    delta[1] = np.dot(parameters['W2'].T, delta[2]) * (1 - cache['A1'] ** 2)
    inputs = [None, X, cache['A1']]
    grads = {}
    for l in xrange(1, 3):
        grads['dW%d' % l] = np.dot(delta[l], inputs[l].T) / m
        grads['db%d' % l] = np.sum(delta[l], axis=1, keepdims=True) / m
        if l > 5:
            print 'layer', l, \
                grads['dW%d' % l].shape
    return grads


for i in xrange(3):
    print i,
