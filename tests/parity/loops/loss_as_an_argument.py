"""The forward pass is in one function and backward() in another, which is given the loss: it cannot be cut out."""
# mindspore: OC308

import torch

optimizer = torch.optim.SGD(network.parameters(), lr=0.1)


def update(loss):
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()


for epoch in range(5):
    for x, y in batches:
        loss = criterion(network(x), y)
        update(loss)
        record()
