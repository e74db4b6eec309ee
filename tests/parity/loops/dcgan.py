"""DCGAN: the fakes that the discriminator was trained on, detached, are used again for the generator: one forward pass, two backward passes."""
# mindspore: OC308

import torch

netG, netD = other_network, network
optimizerD = torch.optim.SGD(netD.parameters(), lr=0.05, momentum=0.5)
optimizerG = torch.optim.SGD(netG.parameters(), lr=0.05, momentum=0.5)

for epoch in range(5):
    for i, (real, label) in enumerate(batches):
        # Update D network
        netD.zero_grad()
        output = netD(real)
        errD_real = criterion(output, label)
        errD_real.backward()
        D_x = output.mean().item()
        fake = netG(targets[i])
        output = netD(fake.detach())
        errD_fake = criterion(output, label * 0)
        errD_fake.backward()
        errD = errD_real + errD_fake
        optimizerD.step()

        # Update G network
        netG.zero_grad()
        output = netD(fake)
        errG = criterion(output, label)
        errG.backward()
        optimizerG.step()

        observe(errD.item())
        observe(errG.item() + D_x)
        record()
