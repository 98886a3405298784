// memcpy and memset of the C library, for the whole module: rows of pixels are copied and filled all over the codec,
// and the C library's own go byte by byte or leave the module.
#include <stddef.h>

#include "simd.h"

// Else the compiler would see that these loops copy and fill, and have them call themselves.
#define NOT_BUILTIN __attribute__((no_builtin("memcpy", "memset")))

NOT_BUILTIN void *memcpy(void *restrict to, const void *restrict from, size_t size) {
  uint8_t *dst = to;
  const uint8_t *src = from;
  if (size < 16) {
    if (size & 8) {
      STORE8(dst, LOAD8(src));
      dst += 8;
      src += 8;
    }
    ROLLED
    for (size &= 7; size != 0; --size) *dst++ = *src++;
    return to;
  }
  const v128_t last = LOAD16(src + size - 16);
  uint8_t *const tail = dst + size - 16;
  ROLLED
  for (; size >= 64; size -= 64) {
    const v128_t a = LOAD16(src), b = LOAD16(src + 16), c = LOAD16(src + 32), d = LOAD16(src + 48);
    STORE16(dst, a);
    STORE16(dst + 16, b);
    STORE16(dst + 32, c);
    STORE16(dst + 48, d);
    src += 64;
    dst += 64;
  }
  ROLLED
  for (; size >= 16; size -= 16) {
    STORE16(dst, LOAD16(src));
    src += 16;
    dst += 16;
  }
  STORE16(tail, last);
  return to;
}

NOT_BUILTIN void *memset(void *to, int value, size_t size) {
  uint8_t *dst = to;
  const v128_t bytes = wasm_u8x16_splat((uint8_t)value);
  if (size < 16) {
    if (size & 8) {
      STORE8(dst, bytes);
      dst += 8;
    }
    ROLLED
    for (size &= 7; size != 0; --size) *dst++ = (uint8_t)value;
    return to;
  }
  STORE16(dst + size - 16, bytes);
  ROLLED
  for (; size >= 16; size -= 16) {
    STORE16(dst, bytes);
    dst += 16;
  }
  return to;
}
