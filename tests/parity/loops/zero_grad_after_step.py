"""Gradients are cleared behind the step, as nanoGPT does."""

import torch

optimizer = torch.optim.SGD(network.parameters(), lr=0.05, momentum=0.9, nesterov=True)

for epoch in range(5):
    for x, y in batches:
        loss = criterion(network(x), y)
        loss.backward()
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        record()
