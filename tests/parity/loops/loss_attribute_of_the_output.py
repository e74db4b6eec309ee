"""The model computes the loss itself when it is given labels, as in transformers."""

import torch

optimizer = torch.optim.AdamW(network.parameters(), lr=0.01)

for epoch in range(5):
    for x, y in batches:
        outputs = network(x, labels=y)
        loss = outputs.loss
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        observe(outputs.logits[0, 0])
        observe(loss.item())
        record()
