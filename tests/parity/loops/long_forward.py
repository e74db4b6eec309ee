"""A forward pass of many statements: unpacking, conditions, loops, several names, some of them used later."""

import torch

optimizer = torch.optim.SGD([*network.parameters(), *other_network.parameters()], lr=0.02, momentum=0.9)

for epoch in range(5):
    for i, batch in enumerate(batches):
        x, y = batch
        optimizer.zero_grad()
        features = network(x)
        for _ in range(2):
            features = network(x + other_network(features))
        scale = 1.0 if i % 2 else 0.5
        logits, reconstruction = features * scale, other_network(features)
        loss_class = criterion(logits, y)
        if epoch > 1:
            weight = 0.1
            loss_reconstruction = distance(reconstruction, x)
        else:
            weight = 0.0
            loss_reconstruction = distance(reconstruction, x * 0)
        loss = loss_class + weight * loss_reconstruction
        loss.backward()
        optimizer.step()
        observe(loss_reconstruction.item() + weight)
        observe(logits[0, 0] + loss_class.item())
        record()
