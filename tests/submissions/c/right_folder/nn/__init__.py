from .activations import backward_of
