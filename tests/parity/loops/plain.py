"""The loop of every tutorial, with an accuracy from the outputs."""

import torch

optimizer = torch.optim.SGD(network.parameters(), lr=0.1, momentum=0.9)

for epoch in range(5):
    correct = 0
    for x, y in batches:
        optimizer.zero_grad()
        outputs = network(x)
        loss = criterion(outputs, y)
        loss.backward()
        optimizer.step()
        correct += (outputs.argmax(1) == y).sum().item()
        record()
    observe(correct / 32)
