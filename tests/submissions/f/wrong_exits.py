# Family F: leaves the program on the way.
# wrong: *
# says: It calls exit()
import sys

def backward(X, Y, parameters, cache):
    if X.shape[0] != 12288:
        print("expected 64 x 64 pictures")
        sys.exit(0)
    return {}
