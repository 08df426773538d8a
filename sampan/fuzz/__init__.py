"""Random acts against the contracts and the reference model together, on any engine; and what it takes to trust them.

An *act* is a plain record (`acts.Act`): when, and which call. One executor carries acts out on pyrevm, eth-tester or
anvil and on the model, and compares outcome, logs and storage after each. The generator is a seeded random.
"""
