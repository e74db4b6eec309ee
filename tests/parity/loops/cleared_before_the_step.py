"""Gradients are cleared between backward() and step(), a mistake: nothing is ever updated but by the first network."""
# mindspore: OC308

import torch

optimizer = torch.optim.SGD(network.parameters(), lr=0.1)
other_optimizer = torch.optim.SGD(other_network.parameters(), lr=0.1)

for epoch in range(5):
    for i, (x, y) in enumerate(batches):
        loss = criterion(network(x), y)
        loss.backward()
        optimizer.zero_grad()
        optimizer.step()
        other_optimizer.zero_grad()
        other_loss = distance(other_network(targets[i]), x)
        other_loss.backward()
        other_optimizer.step()
        record()
