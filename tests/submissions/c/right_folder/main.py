# Family C: a folder of modules; the function is in one of them, its helpers in a package.
# right
from model import L_model_backward
from data.loader import load

if __name__ == "__main__":
    print(L_model_backward(*load()))
