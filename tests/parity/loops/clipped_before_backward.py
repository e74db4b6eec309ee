"""Gradients are clipped before they are computed, a mistake: nothing is clipped."""
# mindspore: OC308

import torch

optimizer = torch.optim.SGD(network.parameters(), lr=0.05)
for i, (x, y) in enumerate(batches):
    optimizer.zero_grad()
    loss = criterion(network(x), y)
    torch.nn.utils.clip_grad_norm_(network.parameters(), 0.01)
    loss.backward()
    optimizer.step()
    record()
