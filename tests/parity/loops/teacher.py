"""A teacher gives the targets, with gradients switched off."""

import torch

teacher, student = other_network, network
optimizer = torch.optim.SGD(student.parameters(), lr=0.1, momentum=0.9)

for epoch in range(5):
    for i, (x, y) in enumerate(batches):
        with torch.no_grad():
            soft_targets = teacher(targets[i])
        optimizer.zero_grad()
        logits = student(soft_targets)
        loss = criterion(logits, y)
        loss.backward()
        optimizer.step()
        record()
