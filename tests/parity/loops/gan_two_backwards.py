"""The discriminator first, with a backward() for reals and one for fakes, and fakes made anew for the generator."""

import torch

generator, discriminator = other_network, network
optimizer_g = torch.optim.SGD(generator.parameters(), lr=0.05)
optimizer_d = torch.optim.SGD(discriminator.parameters(), lr=0.05, momentum=0.5)

for epoch in range(5):
    for i, (real, label) in enumerate(batches):
        optimizer_d.zero_grad()
        loss_real = criterion(discriminator(real), label)
        loss_real.backward()
        fake = generator(targets[i])
        loss_fake = criterion(discriminator(fake.detach()), label * 0)
        loss_fake.backward()
        optimizer_d.step()

        optimizer_g.zero_grad()
        fake = generator(targets[i])
        loss_g = criterion(discriminator(fake), label)
        loss_g.backward()
        optimizer_g.step()
        observe(loss_real.item() + loss_fake.item())
        observe(loss_g.item())
        record()
