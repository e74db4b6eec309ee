"""Micro-batches in an inner loop, one step behind it, as in nanoGPT."""

import torch

optimizer = torch.optim.AdamW(network.parameters(), lr=0.02)

for iteration in range(20):
    for micro_step in range(2):
        x, y = batches[(2 * iteration + micro_step) % 8]
        logits = network(x)
        loss = criterion(logits, y)
        loss = loss / 2
        loss.backward()
    optimizer.step()
    optimizer.zero_grad(set_to_none=True)
    observe(loss.item() * 2)
    record()
