# squared-error: the rule is right for what the last layer gives it; the hidden layer gives it Z1
def through_sigmoid(error, value):
    return error * value * (1 - value)


def backward(parameters, cache, X, y):
    last = through_sigmoid(cache["A2"] - y, cache["A2"])
    first = through_sigmoid(last @ parameters["W2"].T, cache["Z1"])  # <--
    grads = {"dW2": cache["A1"].T @ last, "db2": last.sum(axis=0, keepdims=True)}
    grads["dW1"], grads["db1"] = X.T @ first, first.sum(axis=0, keepdims=True)
    return grads
