"""The discriminator's gradients are cleared behind its step only: those of the generator's loss are added to the next."""
# mindspore: OC202

import torch


class GAN:
    def __init__(self):
        self.G, self.D = other_network, network
        self.opt_g = torch.optim.SGD(self.G.parameters(), lr=0.05)
        self.opt_d = torch.optim.SGD(self.D.parameters(), lr=0.05)

    def train_d(self, x, z, y):
        loss = criterion(self.D(x), y) - 0.1 * criterion(self.D(self.G(z).detach()), y)
        loss.backward()
        self.opt_d.step()
        self.opt_d.zero_grad()

    def train_g(self, z, y):
        self.opt_g.zero_grad()
        loss = criterion(self.D(self.G(z)), y)
        loss.backward()
        self.opt_g.step()


g = GAN()
for i, (x, y) in enumerate(batches):
    g.train_d(x, targets[i], y)
    g.train_g(targets[i], y)
    record()
