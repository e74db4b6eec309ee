"""Some parameters are frozen, and the optimizer is given the others."""

import torch

for parameter in params[:2]:
    parameter.requires_grad = False
optimizer = torch.optim.SGD(filter(lambda p: p.requires_grad, network.parameters()), lr=0.1, momentum=0.9, weight_decay=0.01)

for epoch in range(5):
    for x, y in batches:
        optimizer.zero_grad()
        loss = criterion(network(x), y)
        loss.backward()
        optimizer.step()
        record()
