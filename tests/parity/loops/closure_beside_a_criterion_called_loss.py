"""The criterion is called loss, and the result of the step has no name."""

import torch

loss = criterion
optimizer = torch.optim.SGD(network.parameters(), lr=0.1)
for x, y in batches:

    def closure():
        optimizer.zero_grad()
        l = loss(network(x), y)
        l.backward()
        return l

    optimizer.step(closure)
    record()
