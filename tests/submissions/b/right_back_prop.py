# Family B, assignment shallow-tanh: another name and an argument with a default.
# right
import numpy as np, time
tic = time.time()

def back_prop(parameters, cache, X, Y, print_shapes=False):
    m = X.shape[1]
    errors = cache["A2"] - Y
    back = (parameters["W2"].T @ errors) * (1 - np.square(np.tanh(cache["Z1"])))
    grads = {"dW2": errors @ cache["A1"].T / m, "db2": np.mean(errors, axis=1, keepdims=True),
             "dW1": back @ X.T / m, "db1": np.mean(back, axis=1, keepdims=True)}
    if print_shapes:
        for key in grads: print(key, grads[key].shape)
    return grads

print(time.time() - tic)
