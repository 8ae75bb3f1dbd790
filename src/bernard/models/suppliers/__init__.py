"""The suppliers of models, and the register of what each says of its deployments."""
