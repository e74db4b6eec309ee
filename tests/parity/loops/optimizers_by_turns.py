"""The optimizers of a list take turns."""

import torch

opts = [torch.optim.SGD(network.parameters(), lr=0.1), torch.optim.SGD(other_network.parameters(), lr=0.1)]
for i, (x, y) in enumerate(batches):
    opts[i % 2].zero_grad()
    loss = criterion(network(other_network(targets[i])), y)
    loss.backward()
    opts[i % 2].step()
    record()
