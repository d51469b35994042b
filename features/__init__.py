"""What the model sees: the fields of a lead table and the one encoder of training and serving."""
