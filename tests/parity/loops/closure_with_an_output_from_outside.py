"""The forward pass stands in front of the closure, which has only the loss."""
# mindspore: OC308

import torch

optimizer = torch.optim.SGD(network.parameters(), lr=0.1)
for x, y in batches:
    output = network(x)

    def closure():
        optimizer.zero_grad()
        loss = criterion(output, y)
        loss.backward()
        return loss

    optimizer.step(closure)
    record()
