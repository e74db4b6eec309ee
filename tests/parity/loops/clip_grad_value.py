"""Each element of the gradients is clipped."""

import torch
from torch import nn

optimizer = torch.optim.SGD(network.parameters(), lr=0.2, momentum=0.9)

for epoch in range(5):
    for x, y in batches:
        optimizer.zero_grad()
        loss = criterion(network(x), y)
        loss.backward()
        nn.utils.clip_grad_value_(network.parameters(), clip_value=0.05)
        optimizer.step()
        record()
