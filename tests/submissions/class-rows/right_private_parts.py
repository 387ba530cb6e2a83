# A class: private attributes behind properties, private methods.
# right
import numpy as np

class Neural_Network(object):
    def __init__(self):
        self.__W1 = np.random.randn(2, 3)
        self.__W2 = np.random.randn(3, 1)

    @property
    def W1(self):
        return self.__W1

    @property
    def W2(self):
        return self.__W2

    def __slope(self, s):
        return s * (1 - s)

    def backward(self, X, y, o):
        o_delta = (o - y) * self.__slope(o)
        z2_delta = o_delta.dot(self.__W2.T) * self.__slope(self.a1)
        return {"dW1": X.T.dot(z2_delta), "dW2": self.a1.T.dot(o_delta),
                "db1": z2_delta.sum(axis=0, keepdims=True), "db2": o_delta.sum(axis=0, keepdims=True)}

NN = Neural_Network()
for i in range(1000):
    print("Loss: " + str(np.mean(np.square(NN.W1))))
