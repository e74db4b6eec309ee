"""The gradient by the inputs is a part of the loss."""
# mindspore: OC308

import torch

optimizer = torch.optim.SGD(network.parameters(), lr=0.05)

for epoch in range(5):
    for x, y in batches:
        optimizer.zero_grad()
        x = x.clone().requires_grad_(True)
        output = network(x)
        gradient = torch.autograd.grad(output.sum(), x, create_graph=True)[0]
        loss = criterion(output, y) + 0.1 * (gradient**2).mean()
        loss.backward()
        optimizer.step()
        record()
