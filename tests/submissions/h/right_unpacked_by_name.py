# Family H, assignment single-example: the same with dW1, for Python 2, with mixed tabs.
# right
import numpy as np

def backprop(fprop_cache):
        c = fprop_cache
	dz2 = c['a2'] - c['y']
	dz1 = np.dot(c['W2'].T, dz2) * c['a1'] * (1 - c['a1'])
	if False:
	    print 'shapes', dz1.shape
        return dict(dW1=np.outer(dz1, c['x']), db1=dz1, dW2=np.outer(dz2, c['a1']), db2=dz2)
