"""zero_grad(set_to_none=False): the gradients are zeros, and every parameter takes part in every step."""

import torch

optimizer = torch.optim.Adam(network.parameters(), lr=0.01)

for epoch in range(5):
    for x, y in batches:
        optimizer.zero_grad(set_to_none=False)
        loss = criterion(network(x), y)
        loss.backward()
        optimizer.step()
        record()
