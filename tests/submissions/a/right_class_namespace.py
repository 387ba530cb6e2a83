# Family A, assignment backprop: any depth, cache read by layer number, type hints for everything.
# right
from __future__ import annotations

import logging
from typing import Dict, List, Tuple

import numpy as np

logger = logging.getLogger(__name__)
Grads = Dict[str, np.ndarray]


def _one_layer(dZ: np.ndarray, A_prev: np.ndarray, m: int) -> Tuple[np.ndarray, np.ndarray]:
    return dZ @ A_prev.T / m, dZ.mean(axis=1, keepdims=True)


def backward_propagation(
    parameters: Grads, cache: Grads, X: np.ndarray, Y: np.ndarray
) -> Grads:
    depth: int = len(parameters) // 2
    m = Y.shape[1]
    grads: Grads = {}
    dZ = cache[f"A{depth}"] - Y
    for layer in range(depth, 0, -1):
        A_prev = X if layer == 1 else cache[f"A{layer - 1}"]
        grads[f"dW{layer}"], grads[f"db{layer}"] = _one_layer(dZ, A_prev, m)
        if layer > 1:
            dZ = (parameters[f"W{layer}"].T @ dZ) * (1 - A_prev**2)
    logger.debug("done")
    return grads


logging.basicConfig(level=logging.INFO)
logger.info("training starts")
