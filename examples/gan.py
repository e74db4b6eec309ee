"""A generative adversarial network on a ring of points: two optimizers, each with its own schedule."""

import math

import torch
import torch.nn as nn
from torch.optim import Adam, RMSprop
from torch.optim.lr_scheduler import ExponentialLR

STEPS = 300


def ring(count):
    angle = torch.rand(count) * 2 * math.pi
    return torch.stack([angle.cos(), angle.sin()], dim=1)


def network(inputs, outputs):
    return nn.Sequential(nn.Linear(inputs, 32), nn.LeakyReLU(0.2), nn.Linear(32, outputs))


def main():
    torch.manual_seed(0)
    generator, discriminator = network(8, 2), network(2, 1)
    criterion = nn.BCEWithLogitsLoss()

    # Both see each other's gradients, so each has its own optimizer.
    optimizer_g = Adam(generator.parameters(), lr=1e-3, betas=(0.5, 0.999))
    optimizer_d = RMSprop(discriminator.parameters(), lr=1e-3)
    scheduler_g = ExponentialLR(optimizer_g, gamma=0.999)
    scheduler_d = ExponentialLR(optimizer_d, gamma=0.995)

    for step in range(STEPS):
        real, noise = ring(64), torch.randn(64, 8)
        ones, zeros = torch.ones(64, 1), torch.zeros(64, 1)

        optimizer_d.zero_grad()
        fake = generator(noise)
        loss_d = criterion(discriminator(real), ones) + criterion(discriminator(fake.detach()), zeros)
        loss_d.backward()
        optimizer_d.step()

        optimizer_g.zero_grad()
        loss_g = criterion(discriminator(fake), ones)
        loss_g.backward()
        optimizer_g.step()

        scheduler_g.step()
        scheduler_d.step()
        if step % 100 == 99:
            print(f"step {step + 1}: discriminator {loss_d.item():.3f}, generator {loss_g.item():.3f}")


if __name__ == "__main__":
    main()
