"""A method puts another optimizer in the place of the first, in the middle of the training."""

import torch


class T:
    def __init__(self):
        self.opt = torch.optim.SGD(network.hidden.parameters(), lr=0.1)

    def unfreeze(self):
        self.opt = torch.optim.SGD(network.parameters(), lr=0.05)

    def fit(self):
        for epoch in range(4):
            if epoch == 2:
                self.unfreeze()
            for x, y in batches:
                self.opt.zero_grad()
                loss = criterion(network(x), y)
                loss.backward()
                self.opt.step()
                record()


T().fit()
