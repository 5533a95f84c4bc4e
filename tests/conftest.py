"""One thread per test process: small networks on many threads get in each other's way."""

import torch

torch.set_num_threads(1)
