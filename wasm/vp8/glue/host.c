/* What emscripten's C library would import from its host, or bring along in full: the module shall be small. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/time.h>

/* The second result of a call, which setjmp passes here. */
static uint32_t second_result;

void setTempRet0(uint32_t value) { second_result = value; }

uint32_t getTempRet0(void) { return second_result; }

/* libvpx measures its own times to adapt its speed to them. The speeds used here are fixed: no clock is needed. */
int gettimeofday(struct timeval *restrict now, void *restrict zone) {
  (void)zone;
  *now = (struct timeval){0};
  return 0;
}

static size_t write_digits(char *text, unsigned int value) {
  const size_t before = value >= 10 ? write_digits(text, value / 10) : 0;
  text[before] = (char)('0' + value % 10);
  return before + 1;
}

/* Formats text with `%d`, all that libvpx' error messages have. */
int vsnprintf(char *restrict text, size_t room, const char *restrict format, va_list values) {
  enum { LONGEST_NUMBER = 11 };
  size_t length = 0;
  for (const char *next = format; *next != '\0' && length + LONGEST_NUMBER < room; next += 1) {
    if (next[0] == '%' && next[1] == 'd') {
      const int value = va_arg(values, int);
      if (value < 0) text[length++] = '-';
      length += write_digits(text + length, value < 0 ? 0u - (unsigned int)value : (unsigned int)value);
      next += 1;
    } else {
      text[length++] = *next;
    }
  }
  if (room > 0) text[length] = '\0';
  return (int)length;
}
