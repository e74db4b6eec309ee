"""A closure that clears the gradients of another optimizer: those of its own add up."""
# mindspore: OC308

import torch

optimizer = torch.optim.SGD(network.parameters(), lr=0.02)
other = torch.optim.SGD(other_network.parameters(), lr=0.1)
for x, y in batches:

    def closure():
        other.zero_grad()
        l = criterion(network(x), y)
        l.backward()
        return l

    optimizer.step(closure)
    record()
