"""A function computes the loss and gives the outputs, too."""

import torch

optimizer = torch.optim.SGD(network.parameters(), lr=0.1, momentum=0.9)


def forward(batch):
    x, y = batch
    outputs = network(x)
    return criterion(outputs, y), outputs


for epoch in range(5):
    for batch in batches:
        optimizer.zero_grad()
        loss, outputs = forward(batch)
        loss.backward()
        optimizer.step()
        observe(outputs.mean())
        record()
