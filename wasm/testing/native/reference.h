/* What the reference programs share: KEY=VALUE arguments, whole-stream input and output, hashes, CPU time. */
#ifndef XMPP_CALL_REFERENCE_H
#define XMPP_CALL_REFERENCE_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

typedef struct {
  uint8_t *data;
  size_t size;
} Bytes;

/* A parameter that changes before a given frame: "FRAME:VALUE,FRAME:VALUE". */
typedef struct {
  long frame;
  long value;
  long second; /* after an `x`, as in a size */
} Change;

enum { MAX_CHANGES = 64 };

typedef struct {
  int count;
  Change at[MAX_CHANGES];
} Changes;

_Noreturn static inline void fail(const char *what, const char *detail) {
  fprintf(stderr, "%s%s%s\n", what, detail == NULL ? "" : ": ", detail == NULL ? "" : detail);
  exit(1);
}

static inline void *allocate(size_t size) {
  void *memory = malloc(size == 0 ? 1 : size);
  if (memory == NULL) fail("out of memory", NULL);
  return memory;
}

static inline const char *argument(int argc, char **argv, const char *name) {
  const size_t length = strlen(name);
  for (int index = 2; index < argc; index += 1) {
    if (strncmp(argv[index], name, length) == 0 && argv[index][length] == '=') return argv[index] + length + 1;
  }
  return NULL;
}

static inline long number(int argc, char **argv, const char *name, long otherwise) {
  const char *text = argument(argc, argv, name);
  if (text == NULL) return otherwise;
  char *end;
  const long value = strtol(text, &end, 10);
  if (*end != '\0' || end == text) fail("not a number", name);
  return value;
}

static inline Changes changes(int argc, char **argv, const char *name) {
  Changes list = {0};
  const char *text = argument(argc, argv, name);
  while (text != NULL && *text != '\0') {
    if (list.count == MAX_CHANGES) fail("too many changes", name);
    Change *change = &list.at[list.count];
    char *end;
    change->frame = strtol(text, &end, 10);
    if (*end == ':') change->value = strtol(end + 1, &end, 10);
    if (*end == 'x') change->second = strtol(end + 1, &end, 10);
    if (end == text || (*end != ',' && *end != '\0')) fail("not a list of changes", name);
    list.count += 1;
    text = *end == ',' ? end + 1 : end;
  }
  return list;
}

static inline const Change *change_at(const Changes *list, long frame) {
  for (int index = 0; index < list->count; index += 1) {
    if (list->at[index].frame == frame) return &list->at[index];
  }
  return NULL;
}

/* The file named by `input=`, or else standard input, to its end. */
static inline Bytes read_input(int argc, char **argv) {
  const char *path = argument(argc, argv, "input");
  FILE *file = path == NULL ? stdin : fopen(path, "rb");
  if (file == NULL) fail("cannot read", path);
  Bytes bytes = {NULL, 0};
  size_t room = 1 << 20;
  bytes.data = allocate(room);
  for (;;) {
    const size_t count = fread(bytes.data + bytes.size, 1, room - bytes.size, file);
    bytes.size += count;
    if (count == 0) break;
    if (bytes.size == room) {
      room *= 2;
      bytes.data = realloc(bytes.data, room);
      if (bytes.data == NULL) fail("out of memory", NULL);
    }
  }
  if (ferror(file)) fail("cannot read", path);
  if (path != NULL) fclose(file);
  return bytes;
}

static inline void write_output(const void *data, size_t size) {
  if (fwrite(data, 1, size, stdout) != size) fail("cannot write the output", NULL);
}

static inline void write_word(uint32_t word) {
  const uint8_t bytes[4] = {word & 255, word >> 8 & 255, word >> 16 & 255, word >> 24 & 255};
  write_output(bytes, sizeof bytes);
}

static inline uint32_t read_word(const uint8_t *bytes) {
  return bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24;
}

/* FNV-1a, 32 bits. */
static const uint32_t FNV_OFFSET = 2166136261u;

static inline uint32_t fnv1a(uint32_t hash, const uint8_t *data, size_t size) {
  for (size_t index = 0; index < size; index += 1) hash = (hash ^ data[index]) * 16777619u;
  return hash;
}

static inline double cpu_milliseconds(void) {
  struct timespec time;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return (double)time.tv_sec * 1e3 + (double)time.tv_nsec / 1e6;
}

/* CPU time of each frame, for `bench=1`. */
typedef struct {
  double *milliseconds;
  long count;
  long room;
  uint64_t bytes;
} Timings;

static inline void add_timing(Timings *timings, double milliseconds, size_t bytes) {
  if (timings->count == timings->room) {
    timings->room = timings->room == 0 ? 256 : timings->room * 2;
    timings->milliseconds = realloc(timings->milliseconds, (size_t)timings->room * sizeof(double));
    if (timings->milliseconds == NULL) fail("out of memory", NULL);
  }
  timings->milliseconds[timings->count] = milliseconds;
  timings->count += 1;
  timings->bytes += bytes;
}

/* JSON: CPU milliseconds of each frame in order, their sum, and the bytes of all packets. */
static inline void print_timings(const Timings *timings) {
  double total = 0;
  printf("{\"frameMs\":[");
  for (long index = 0; index < timings->count; index += 1) {
    printf("%s%.6f", index == 0 ? "" : ",", timings->milliseconds[index]);
    total += timings->milliseconds[index];
  }
  printf("],\"totalMs\":%.6f,\"packetBytes\":%llu}\n", total, (unsigned long long)timings->bytes);
}

#endif
