"""What became of refused rows from one delivery to the next: `record` keeps the account, `state` says where it lies."""
