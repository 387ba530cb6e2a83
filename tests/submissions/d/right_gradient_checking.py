
# Family D: from an exercise on gradient checking, with tabs and Windows line ends.
# right
import numpy as np
from gc_utils import sigmoid, relu, dictionary_to_vector, vector_to_dictionary

def backward_propagation_n(X, Y, cache):
	m = X.shape[1]
	(Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3) = cache
	gradients = {}
	for l, dZ, A in _errors(X, Y, cache):
		gradients["dW%d" % l] = 1./m * np.dot(dZ, A.T)
		gradients["db%d" % l] = 1./m * np.sum(dZ, axis=1, keepdims=True)
	return gradients

def _errors(X, Y, cache):
	(Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3) = cache
	dZ3 = A3 - Y
	yield 3, dZ3, A2
	dZ2 = np.dot(W3.T, dZ3) * (Z2 > 0)
	yield 2, dZ2, A1
	yield 1, np.dot(W2.T, dZ2) * (Z1 > 0), X

def gradient_check_n(parameters, gradients, X, Y, epsilon=1e-7):
	pass
