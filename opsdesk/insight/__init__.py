"""What follows from the data: pure functions, no clock, no input or output."""
