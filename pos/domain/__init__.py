"""The rules of the shop: pure values and functions, without input, output, clock or chance."""
