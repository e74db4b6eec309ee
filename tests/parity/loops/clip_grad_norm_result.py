"""The norm before clipping is logged."""

import torch
from torch.nn.utils import clip_grad_norm_

optimizer = torch.optim.SGD(network.parameters(), lr=0.2, momentum=0.9)

for epoch in range(5):
    for x, y in batches:
        optimizer.zero_grad()
        loss = criterion(network(x), y)
        loss.backward()
        norm = clip_grad_norm_(network.parameters(), 0.5)
        optimizer.step()
        observe(norm)
        record()
