# Family H, assignment single-example: a key that the cache does not have.
# wrong: *
# says: `cache` has no key 'layer1'
def bprop(cache):
    return {"W2": (cache["a2"] - cache["y"]) @ cache['layer1'].T}
