"""The schedule advances after some epochs only, and the rate is printed."""

import torch

optimizer = torch.optim.SGD(network.parameters(), lr=0.1, momentum=0.9)
scheduler = torch.optim.lr_scheduler.ExponentialLR(optimizer, gamma=0.8)
warmup_epochs = 1

for epoch in range(5):
    for x, y in batches:
        optimizer.zero_grad()
        loss = criterion(network(x), y)
        loss.backward()
        optimizer.step()
        record()
    if epoch >= warmup_epochs:
        scheduler.step()
    lr = scheduler.get_last_lr()[0]
    print(f"epoch {epoch}: lr {lr:.4f}, loss {loss.item():.4f}")
    observe(lr)
