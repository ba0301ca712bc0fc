// The system's zlib, as it is: its dictionaries are what bodies are packed with, and no Swift library gives them.

#include <zlib.h>
