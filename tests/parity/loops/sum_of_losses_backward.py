"""backward() of a sum of losses that has no name."""

import torch

optimizer = torch.optim.SGD(network.parameters(), lr=0.05, momentum=0.9)

for epoch in range(5):
    for i, (x, y) in enumerate(batches):
        outputs = network(x)
        first = criterion(outputs, y)
        second = distance(outputs, targets[i]) * 0.5
        optimizer.zero_grad()
        (first + second).backward()
        optimizer.step()
        observe(first.item() - second.item())
        record()
