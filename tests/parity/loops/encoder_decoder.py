"""Two networks with an optimizer each, one backward() and two steps."""

import torch

encoder, decoder = network, other_network
encoder_optimizer = torch.optim.SGD(encoder.parameters(), lr=0.05, momentum=0.9)
decoder_optimizer = torch.optim.AdamW(decoder.parameters(), lr=0.01)

for epoch in range(5):
    for x, _ in batches:
        encoder_optimizer.zero_grad()
        decoder_optimizer.zero_grad()
        code = encoder(x)
        loss = distance(decoder(code), x)
        loss.backward()
        encoder_optimizer.step()
        decoder_optimizer.step()
        observe(loss)
        record()
