"""One method keeps the output in an attribute, another one computes the loss from it."""
# mindspore: OC308

import torch


class Trainer:
    def __init__(self, net):
        self.net = net
        self.optimizer = torch.optim.SGD(net.parameters(), lr=0.1)

    def forward(self, x):
        self.output = self.net(x)

    def loss(self, y):
        return criterion(self.output, y)

    def step(self, x, y):
        self.optimizer.zero_grad()
        self.forward(x)
        loss = self.loss(y)
        loss.backward()
        self.optimizer.step()


t = Trainer(network)
for x, y in batches:
    t.step(x, y)
    record()
