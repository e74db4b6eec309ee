"""Training and validation in one epoch loop, with train(), eval() and no_grad()."""

import torch

optimizer = torch.optim.SGD(network.parameters(), lr=0.1, momentum=0.9)
scheduler = torch.optim.lr_scheduler.ReduceLROnPlateau(optimizer, factor=0.5, patience=0)
best = float("inf")

for epoch in range(5):
    network.train()
    for x, y in batches[:6]:
        optimizer.zero_grad()
        loss = criterion(network(x), y)
        loss.backward()
        optimizer.step()
        record()

    network.eval()
    validation_loss = 0.0
    with torch.no_grad():
        for x, y in batches[6:]:
            validation_loss += criterion(network(x), y).item()
    scheduler.step(validation_loss)
    best = min(best, validation_loss)
    observe(validation_loss)
    observe(optimizer.param_groups[0]["lr"])
observe(best)
