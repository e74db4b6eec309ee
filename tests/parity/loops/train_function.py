"""The whole epoch in a function that is given everything."""

import torch
import torch.optim as optim


def train(model, loader, criterion, optimizer, epoch):
    """Train for one epoch."""
    total_loss = 0.0
    for batch_idx, (data, target) in enumerate(loader):
        optimizer.zero_grad()
        output = model(data)
        loss = criterion(output, target)
        loss.backward()
        optimizer.step()
        total_loss += loss.item()
        if batch_idx % 4 == 0:
            observe(loss.item() + epoch)
        record()
    return total_loss / len(loader)


optimizer = optim.SGD(network.parameters(), lr=0.1, momentum=0.9, weight_decay=5e-4)
scheduler = optim.lr_scheduler.StepLR(optimizer, step_size=2, gamma=0.5)
for epoch in range(5):
    observe(train(network, batches, criterion, optimizer, epoch))
    scheduler.step()
