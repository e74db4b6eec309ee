"""A function puts the output into the dictionary of the batch, another one computes the loss from it."""

import torch

optimizer = torch.optim.SGD(network.parameters(), lr=0.1)


def forward(batch):
    batch["out"] = network(batch["x"])


def compute(batch):
    return criterion(batch["out"], batch["y"])


for x, y in batches:
    batch = {"x": x, "y": y}
    optimizer.zero_grad()
    forward(batch)
    loss = compute(batch)
    loss.backward()
    optimizer.step()
    record()
