"""One thread per test process: small networks on many threads get in each other's way.

Where there is no GPU, kernels run in Triton's interpreter, which must be said before they are imported.
"""

import os

import torch

torch.set_num_threads(1)
if not torch.cuda.is_available():
    os.environ["TRITON_INTERPRET"] = "1"
