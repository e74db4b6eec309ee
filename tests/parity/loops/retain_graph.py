"""retain_graph=True of a backward() that is the only one changes nothing."""

import torch

optimizer = torch.optim.SGD(network.parameters(), lr=0.1, momentum=0.9)

for epoch in range(5):
    for x, y in batches:
        optimizer.zero_grad()
        loss = criterion(network(x), y)
        loss.backward(retain_graph=True)
        optimizer.step()
        record()
