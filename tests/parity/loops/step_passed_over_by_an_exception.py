"""An exception passes over the step and what clears its gradients, which are added to the next."""

import torch

optimizer = torch.optim.SGD(network.parameters(), lr=0.1)
for i, (x, y) in enumerate(batches):
    try:
        loss = criterion(network(x), y)
        loss.backward()
        if i == 3:
            raise ValueError
        optimizer.step()
        optimizer.zero_grad()
    except ValueError:
        pass
    record()
