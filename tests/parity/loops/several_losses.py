"""Weighted losses are added up, and each is logged."""

import torch

optimizer = torch.optim.SGD(network.parameters(), lr=0.05, momentum=0.9)
alpha = 0.3
totals = {"class": 0.0, "target": 0.0}

for epoch in range(5):
    for i, (x, y) in enumerate(batches):
        optimizer.zero_grad()
        outputs = network(x)
        loss_class = criterion(outputs, y)
        loss_target = distance(outputs, targets[i])
        loss = loss_class + alpha * loss_target
        loss.backward()
        optimizer.step()

        totals["class"] += loss_class.item()
        totals["target"] += loss_target.item()
        accuracy = (outputs.argmax(1) == y).sum().item() / len(y)
        observe(accuracy + loss.item())
        record()
observe(totals["class"])
observe(totals["target"])
