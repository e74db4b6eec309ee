"""A penalty on the weights is added to the loss in a loop over the parameters."""

import torch

optimizer = torch.optim.SGD(network.parameters(), lr=0.05)

for epoch in range(5):
    for x, y in batches:
        optimizer.zero_grad()
        loss = criterion(network(x), y)
        penalty = 0
        for parameter in params[:4]:
            penalty = penalty + (parameter**2).sum()
        loss += 1e-2 * penalty
        loss.backward()
        optimizer.step()
        record()
