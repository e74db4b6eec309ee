"""The caller computes the output and hands it to a method."""
# mindspore: OC308

import torch


class T:
    def __init__(self):
        self.opt = torch.optim.SGD(network.parameters(), lr=0.05)

    def step(self, a, y):
        self.opt.zero_grad()
        loss = criterion(a, y)
        loss.backward()
        self.opt.step()


t = T()
for x, y in batches:
    t.step(network(x), y)
    record()
