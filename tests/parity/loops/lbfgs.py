"""LBFGS calls its closure several times; MindSpore has no LBFGS."""
# mindspore: OC307

import torch

optimizer = torch.optim.LBFGS(network.parameters(), lr=0.5, max_iter=4)

for epoch in range(3):
    x, y = batches[0]

    def closure():
        optimizer.zero_grad()
        loss = criterion(network(x), y)
        loss.backward()
        return loss

    optimizer.step(closure)
    record()
