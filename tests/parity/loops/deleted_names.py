"""The loss and the outputs are deleted behind the step to free memory."""

import torch

optimizer = torch.optim.SGD(network.parameters(), lr=0.1, momentum=0.9)

for epoch in range(5):
    for x, y in batches:
        optimizer.zero_grad()
        output = network(x)
        loss = criterion(output, y)
        loss.backward()
        optimizer.step()
        observe(loss.item())
        del loss, output
        record()
