"""The loop over the batches is in a function; what is left over is carried into its next call."""
# mindspore: OC202

import torch

optimizer = torch.optim.SGD(network.parameters(), lr=0.1, momentum=0.9)


def train_epoch():
    for i, (x, y) in enumerate(batches):
        loss = criterion(network(x), y) / 3
        loss.backward()
        if (i + 1) % 3 == 0:
            optimizer.step()
            optimizer.zero_grad()
        record()


for epoch in range(5):
    train_epoch()
