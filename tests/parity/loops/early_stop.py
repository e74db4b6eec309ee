"""The loop ends when the loss is low enough."""

import torch

optimizer = torch.optim.SGD(network.parameters(), lr=0.2, momentum=0.9)
done = False

for epoch in range(5):
    for x, y in batches:
        optimizer.zero_grad()
        loss = criterion(network(x), y)
        loss.backward()
        optimizer.step()
        record()
        if loss.item() < 0.3:
            done = True
            break
    if done:
        break
