"""The result of a step with a closure gets two names."""
# mindspore: OC308

import torch

optimizer = torch.optim.SGD(network.parameters(), lr=0.1)
for x, y in batches:

    def closure():
        optimizer.zero_grad()
        l = criterion(network(x), y)
        l.backward()
        return l

    a = b = optimizer.step(closure)
    observe(a)
    observe(b)
    record()
