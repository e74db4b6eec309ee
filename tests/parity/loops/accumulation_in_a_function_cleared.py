"""The loop over the batches is in a function, which clears the gradients first: nothing is carried over."""

import torch

optimizer = torch.optim.SGD(network.parameters(), lr=0.1, momentum=0.9)


def train_epoch(model, accumulate=3):
    model.train()
    optimizer.zero_grad()
    for i, (x, y) in enumerate(batches):
        loss = criterion(model(x), y) / accumulate
        loss.backward()
        if (i + 1) % accumulate == 0:
            optimizer.step()
            optimizer.zero_grad()
        record()


for epoch in range(5):
    train_epoch(network)
