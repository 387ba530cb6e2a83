# Family F: decorators, one of them from a module that is not here.
# right
import functools, time
import numpy as np
import numba
from line_profiler import profile


def timed(function):
    @functools.wraps(function)
    def call(*args, **kwargs):
        start = time.perf_counter()
        try:
            return function(*args, **kwargs)
        finally:
            call.seconds = time.perf_counter() - start
    return call


@numba.njit(cache=True)
def slope(a):
    return 1 - a * a


@profile
@timed
def back_propagation(parameters, X, Y, cache):
    m = X.shape[1]
    dZ2 = cache["A2"] - Y
    dZ1 = (parameters["W2"].T @ dZ2) * slope(cache["A1"])
    return [dZ1 @ X.T / m, dZ1.sum(1)[:, None] / m, dZ2 @ cache["A1"].T / m, dZ2.sum(1)[:, None] / m]
