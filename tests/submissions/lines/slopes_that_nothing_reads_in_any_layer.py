# deep-relu: what is masked goes into no gradient and on to no layer
def backward_propagation(parameters, cache, X, Y):
    depth = len(parameters) // 2
    grads, err = {}, (cache[f"A{depth}"] - Y) / X.shape[1]
    for k in range(depth, 0, -1):
        grads[f"dW{k}"] = err @ (cache[f"A{k - 1}"] if k > 1 else X).T
        grads[f"db{k}"] = err.sum(axis=1, keepdims=True)
        if k > 1:
            err = parameters[f"W{k}"].T @ err
            delta = err * (cache[f"Z{k - 1}"] > 0)
    return grads
