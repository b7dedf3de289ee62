/* Makes calls fail: loaded before the C library, it counts the calls that change something below the folder FAULT_BELOW
 * (where FAULT_READS is set, those that only look there as well) and lets the one numbered FAULT_AT (with a + after it:
 * that and all later ones) fail with FAULT_ERRNO. The first that fails puts its name into the file FAULT_FIRED. Where
 * FAULT_SLOW is set, each takes so many microseconds more, as on a slow disk. Where FAULT_ONLY is set, only calls of that
 * name are counted. */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

static atomic_long calls;

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

static int below(const char *path) {
    const char *folder = getenv("FAULT_BELOW");
    return folder && path && strncmp(path, folder, strlen(folder)) == 0;
}

static int descriptor_below(int descriptor) {
    char link[64], path[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0) return 0;
    path[length] = 0;
    return below(path);
}

static void tell(const char *name) {
    int file = (int)syscall(SYS_openat, AT_FDCWD, getenv("FAULT_FIRED"), O_WRONLY | O_CREAT | O_EXCL, 0644);
    if (file < 0) return;
    syscall(SYS_write, file, name, strlen(name));
    syscall(SYS_close, file);
}

static int fails(const char *name) {
    char *end;
    if (getenv("FAULT_SLOW")) usleep(atoi(getenv("FAULT_SLOW")));
    if (!getenv("FAULT_AT")) return 0;
    if (getenv("FAULT_ONLY") && strcmp(getenv("FAULT_ONLY"), name) != 0) return 0;
    long at = strtol(getenv("FAULT_AT"), &end, 10), call = atomic_fetch_add(&calls, 1) + 1;
    if (call != at && !(*end == '+' && call > at)) return 0;
    tell(name);
    errno = atoi(getenv("FAULT_ERRNO"));
    return 1;
}

static int looks(void) { return getenv("FAULT_READS") != NULL; }

static int opens(const char *name, const char *path, int flags, mode_t mode) {
    if (((flags & O_CREAT) || looks()) && below(path) && fails(name)) return -1;
    return REAL(open64)(path, flags, mode);
}

static mode_t mode_of(int flags, va_list rest) { return flags & (O_CREAT | O_TMPFILE) ? va_arg(rest, mode_t) : 0; }

int open(const char *path, int flags, ...) {
    va_list rest;
    va_start(rest, flags);
    mode_t mode = mode_of(flags, rest);
    va_end(rest);
    return opens("open", path, flags, mode);
}

int open64(const char *path, int flags, ...) {
    va_list rest;
    va_start(rest, flags);
    mode_t mode = mode_of(flags, rest);
    va_end(rest);
    return opens("open", path, flags, mode);
}

ssize_t write(int descriptor, const void *bytes, size_t count) {
    if (descriptor > 2 && descriptor_below(descriptor) && fails("write")) return -1;
    return REAL(write)(descriptor, bytes, count);
}

ssize_t writev(int descriptor, const struct iovec *parts, int count) {
    if (descriptor > 2 && descriptor_below(descriptor) && fails("writev")) return -1;
    return REAL(writev)(descriptor, parts, count);
}

int fsync(int descriptor) {
    if (descriptor_below(descriptor) && fails("fsync")) return -1;
    return REAL(fsync)(descriptor);
}

int fdatasync(int descriptor) {
    if (descriptor_below(descriptor) && fails("fdatasync")) return -1;
    return REAL(fdatasync)(descriptor);
}

int rename(const char *from, const char *to) {
    if (below(to) && fails("rename")) return -1;
    return REAL(rename)(from, to);
}

int link(const char *from, const char *to) {
    if (below(to) && fails("link")) return -1;
    return REAL(link)(from, to);
}

int linkat(int from_folder, const char *from, int to_folder, const char *to, int flags) {
    if (below(to) && fails("link")) return -1;
    return REAL(linkat)(from_folder, from, to_folder, to, flags);
}

int symlink(const char *target, const char *path) {
    if (below(path) && fails("symlink")) return -1;
    return REAL(symlink)(target, path);
}

int mkdir(const char *path, mode_t mode) {
    if (below(path) && fails("mkdir")) return -1;
    return REAL(mkdir)(path, mode);
}

int unlink(const char *path) {
    if (looks() && below(path) && fails("unlink")) return -1;
    return REAL(unlink)(path);
}

ssize_t read(int descriptor, void *bytes, size_t count) {
    if (looks() && descriptor > 2 && descriptor_below(descriptor) && fails("read")) return -1;
    return REAL(read)(descriptor, bytes, count);
}

ssize_t pread64(int descriptor, void *bytes, size_t count, off64_t at) {
    if (looks() && descriptor_below(descriptor) && fails("pread")) return -1;
    return REAL(pread64)(descriptor, bytes, count, at);
}

int statx(int folder, const char *path, int flags, unsigned mask, struct statx *found) {
    /* The standard library asks with no path at all whether the call is there. */
    const char *volatile named = path;
    int is_below = named && *named ? below(named) : named && descriptor_below(folder);
    if (looks() && is_below && fails("statx")) return -1;
    return REAL(statx)(folder, path, flags, mask, found);
}

int flock(int descriptor, int operation) {
    if (looks() && descriptor_below(descriptor) && fails("flock")) return -1;
    return REAL(flock)(descriptor, operation);
}

DIR *opendir(const char *path) {
    if (looks() && below(path) && fails("opendir")) return NULL;
    return REAL(opendir)(path);
}

struct dirent64 *readdir64(DIR *folder) {
    if (looks() && descriptor_below(dirfd(folder)) && fails("readdir")) return NULL;
    return REAL(readdir64)(folder);
}
