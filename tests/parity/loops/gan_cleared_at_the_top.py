"""Both optimizers are cleared first, so the discriminator's step has the generator's gradients in it, too."""

import torch

generator, discriminator = other_network, network
optimizer_g = torch.optim.SGD(generator.parameters(), lr=0.05)
optimizer_d = torch.optim.SGD(discriminator.parameters(), lr=0.05, momentum=0.5)

for epoch in range(5):
    for i, (real, label) in enumerate(batches):
        optimizer_g.zero_grad()
        optimizer_d.zero_grad()
        fake = generator(targets[i])
        loss_g = criterion(discriminator(fake), label)
        loss_g.backward()
        optimizer_g.step()
        loss_d = criterion(discriminator(real), label) + criterion(discriminator(fake.detach()), label * 0)
        loss_d.backward()
        optimizer_d.step()
        observe(loss_d.item())
        record()
