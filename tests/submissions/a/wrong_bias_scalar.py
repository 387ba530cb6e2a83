# Family A, assignment shallow-tanh: the bias gradient of the hidden layer is one number.
# wrong: db1
import numpy as np
import matplotlib.pyplot as plt

def sigmoid(x):
    return 1 / (1 + np.exp(-x))

def backward_propagation(parameters, cache, X, Y):
    m = X.shape[1]
    W2 = parameters['W2']
    A1 = cache['A1']
    A2 = cache['A2']

    dZ2 = A2 - Y
    dW2 = (1/m) * np.dot(dZ2, A1.T)
    db2 = (1/m) * np.sum(dZ2)
    dZ1 = np.dot(W2.T, dZ2) * (1 - np.power(A1, 2))
    dW1 = (1/m) * np.dot(dZ1, X.T)
    db1 = (1/m) * np.sum(dZ1) * np.ones((W2.shape[1], 1))

    return {'dW1': dW1, 'db1': db1, 'dW2': dW2, 'db2': db2}

losses = []
for i in range(0, 5000):
    losses.append(i)
plt.plot(losses)
