# relu-sigmoid-softmax: a helper that is right for the first layer is called for the second, too
def through_relu(error, z):
    back = error.copy()
    back[z <= 0] = 0
    return back


def backward_propagation(parameters, cache, X, Y):
    count = Y.shape[1]
    delta3 = cache["A3"] - Y
    error2 = parameters["W3"].T @ delta3
    delta2 = through_relu(error2, cache["Z2"])  # <--
    error1 = parameters["W2"].T @ delta2
    delta1 = through_relu(error1, cache["Z1"])
    return {
        "dW3": delta3 @ cache["A2"].T / count, "db3": delta3.mean(axis=1, keepdims=True),
        "dW2": delta2 @ cache["A1"].T / count, "db2": delta2.mean(axis=1, keepdims=True),
        "dW1": delta1 @ X.T / count, "db1": delta1.mean(axis=1, keepdims=True),
    }  # fmt: skip
