"""The gradients are cleared in front of the call of the function that has the rest of the step."""
# mindspore: OC308

import torch

optimizer = torch.optim.SGD(network.parameters(), lr=0.1)


def train_step(x, y):
    loss = criterion(network(x), y)
    loss.backward()
    optimizer.step()
    return loss


for epoch in range(5):
    for x, y in batches:
        optimizer.zero_grad()
        observe(train_step(x, y))
        record()
