"""Two optimizers have the same parameters, and both step with the same gradients."""
# mindspore: OC308

import torch

first = torch.optim.SGD(network.parameters(), lr=0.05, momentum=0.9)
second = torch.optim.Adagrad(network.parameters(), lr=0.01)

for epoch in range(5):
    for x, y in batches:
        first.zero_grad()
        loss = criterion(network(x), y)
        loss.backward()
        first.step()
        second.step()
        record()
