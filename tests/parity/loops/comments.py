"""Comments between all the statements, and strings over several lines."""

import torch

optimizer = torch.optim.SGD(network.parameters(), lr=0.1, momentum=0.9)  # the usual one

for epoch in range(5):  # five of them
    # one pass over the data
    for x, y in batches:
        # clear what is left from the last step
        optimizer.zero_grad()

        # forward
        output = network(x)  # (N, 3)
        loss = criterion(
            output,  # logits
            y,
        )

        # backward
        loss.backward()  # fills .grad

        # update
        optimizer.step()  # and done
        # keep
        record()
