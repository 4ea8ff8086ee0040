"""The files below a folder: walking, what is ignored, reading what others are writing."""
