# deep-relu: in a loop, what goes on is the error and not the delta
def backward_propagation(parameters, cache, X, Y):
    last, grads = len(parameters) // 2, {}
    delta = (cache[f"A{last}"] - Y) / Y.shape[1]
    grads[f"dW{last}"] = delta @ cache[f"A{last - 1}"].T
    grads[f"db{last}"] = delta.sum(axis=1, keepdims=True)
    error = parameters[f"W{last}"].T @ delta
    for layer in range(last - 1, 0, -1):
        below = cache[f"A{layer - 1}"] if layer > 1 else X
        delta = error * (cache[f"Z{layer}"] > 0)
        grads[f"dW{layer}"] = delta @ below.T
        grads[f"db{layer}"] = delta.sum(axis=1, keepdims=True)
        error = parameters[f"W{layer}"].T @ error  # <--
    return grads
