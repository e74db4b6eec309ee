"""A converter that nothing breaks: its properties on any bytes, and hostile sources that have to keep them."""
