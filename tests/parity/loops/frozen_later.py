"""Parameters are frozen in the middle of the training: torch leaves them alone, and here their momentum moves on."""
# mindspore: OC202

import torch

optimizer = torch.optim.SGD(network.parameters(), lr=0.1, momentum=0.9)

for epoch in range(5):
    if epoch == 2:
        for parameter in network.hidden.parameters():
            parameter.requires_grad = False
    for x, y in batches:
        optimizer.zero_grad()
        loss = criterion(network(x), y)
        loss.backward()
        optimizer.step()
        record()
