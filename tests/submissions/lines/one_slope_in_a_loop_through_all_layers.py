# deep-relu: the slope of the last layer, written into the loop for all of them.
def backward_propagation(parameters, cache, X, Y):
    depth, count, grads = len(parameters) // 2, X.shape[1], {}
    last = cache[f"A{depth}"]
    upstream = (1 - Y) / (1 - last) - Y / last
    for k in range(depth, 0, -1):
        own, below = cache[f"A{k}"], cache[f"A{k - 1}"]
        delta = upstream * own * (1 - own)  # <--
        grads[f"dW{k}"] = delta @ below.T / count
        grads[f"db{k}"] = delta.sum(axis=1, keepdims=True) / count
        upstream = parameters[f"W{k}"].T @ delta
    return grads
