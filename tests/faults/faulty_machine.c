/* A machine that fails on command, for processes started with LD_PRELOAD: writes and syncs of spool files end with an
   error, and the wall clock is off by so much. The orders are in a file that the test writes and every process maps.
   Monotonic clocks, memory maps and all other files are left alone. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

struct orders {
  volatile int32_t write_error;
  volatile int32_t sync_error;
  volatile int64_t clock_offset_seconds;
  volatile int64_t failures; /* how often a call was made to fail */
};

static struct orders nothing;
static struct orders *orders = &nothing;

__attribute__((constructor)) static void map_orders(void) {
  const char *path = getenv("FAULTY_MACHINE");
  int file = path ? open(path, O_RDWR | O_CLOEXEC) : -1;
  if (file < 0) return;
  void *mapped = mmap(NULL, sizeof(struct orders), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  close(file);
  if (mapped != MAP_FAILED) orders = mapped;
}

static int fails(int error, int file) {
  char link[64], path[4096];
  if (!error) return 0;
  snprintf(link, sizeof link, "/proc/self/fd/%d", file);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length < 0) return 0;
  path[length] = 0;
  if (!strstr(path, "/spool/") || !strstr(path, ".db")) return 0;
  __atomic_add_fetch(&orders->failures, 1, __ATOMIC_RELAXED);
  errno = error;
  return 1;
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

ssize_t write(int file, const void *data, size_t size) {
  return fails(orders->write_error, file) ? -1 : REAL(write)(file, data, size);
}
ssize_t pwrite(int file, const void *data, size_t size, off_t at) {
  return fails(orders->write_error, file) ? -1 : REAL(pwrite)(file, data, size, at);
}
ssize_t pwrite64(int file, const void *data, size_t size, off64_t at) {
  return fails(orders->write_error, file) ? -1 : REAL(pwrite64)(file, data, size, at);
}
int ftruncate(int file, off_t size) {
  return fails(orders->write_error, file) ? -1 : REAL(ftruncate)(file, size);
}
int ftruncate64(int file, off64_t size) {
  return fails(orders->write_error, file) ? -1 : REAL(ftruncate64)(file, size);
}
int fsync(int file) { return fails(orders->sync_error, file) ? -1 : REAL(fsync)(file); }
int fdatasync(int file) { return fails(orders->sync_error, file) ? -1 : REAL(fdatasync)(file); }

int clock_gettime(clockid_t clock, struct timespec *now) {
  int result = REAL(clock_gettime)(clock, now);
  if (!result && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) now->tv_sec += orders->clock_offset_seconds;
  return result;
}
int gettimeofday(struct timeval *restrict now, void *restrict zone) {
  int result = REAL(gettimeofday)(now, zone);
  if (!result) now->tv_sec += orders->clock_offset_seconds;
  return result;
}
time_t time(time_t *now) {
  struct timespec at;
  clock_gettime(CLOCK_REALTIME, &at);
  if (now) *now = at.tv_sec;
  return at.tv_sec;
}
