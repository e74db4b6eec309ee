"""WGAN: the generator is trained in every second iteration only, under a condition."""

import torch

generator, critic = other_network, network
optimizer_G = torch.optim.SGD(generator.parameters(), lr=0.05)
optimizer_D = torch.optim.SGD(critic.parameters(), lr=0.05)
n_critic = 2

for epoch in range(5):
    for i, (real_imgs, _) in enumerate(batches):
        optimizer_D.zero_grad()
        z = targets[i]
        fake_imgs = generator(z).detach()
        loss_D = -critic(real_imgs).mean() + critic(fake_imgs).mean()
        loss_D.backward()
        optimizer_D.step()

        if i % n_critic == 0:
            optimizer_G.zero_grad()
            gen_imgs = generator(z)
            loss_G = -critic(gen_imgs).mean()
            loss_G.backward()
            optimizer_G.step()
            observe(loss_D.item() + loss_G.item())
        record()
