/* Loaded before a command (LD_PRELOAD): one write to a file of its folder fails, or all from one on.

   FAIL_WRITES=FOLDER:NTH:ERRNO:MODE:REPORT, read at the first call that changes a file. MODE is
   "once" or "from". What failed is appended to REPORT. Counted are calls on files below FOLDER. */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static char folder[PATH_MAX], mode[8], report[PATH_MAX];
static int nth, code, seen, armed;

static int is_armed(void) {
    const char *asked;
    if (!armed && (asked = getenv("FAIL_WRITES")))
        armed = sscanf(asked, "%4095[^:]:%d:%d:%7[^:]:%4095s", folder, &nth, &code, mode, report) == 5;
    return armed;
}

static int fails_at(const char *call, const char *path) {
    char line[PATH_MAX + 32];
    int file;
    if (strncmp(path, folder, strlen(folder)) != 0 || strcmp(path, report) == 0)
        return 0;
    seen++;
    if (seen != nth && !(seen > nth && strcmp(mode, "from") == 0))
        return 0;
    snprintf(line, sizeof line, "%s %s\n", call, path + strlen(folder));
    file = syscall(SYS_openat, AT_FDCWD, report, O_WRONLY | O_CREAT | O_APPEND, 0600);
    syscall(SYS_write, file, line, strlen(line));
    syscall(SYS_close, file);
    errno = code;
    return 1;
}

static int fails(const char *call, int file) {
    char link[64], path[PATH_MAX];
    ssize_t size;
    if (!is_armed())
        return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    size = readlink(link, path, sizeof path - 1);
    if (size < 0)
        return 0;
    path[size] = 0;
    return fails_at(call, path);
}

static int fails_named(const char *call, const char *given) {
    char path[2 * PATH_MAX], here[PATH_MAX];
    if (!is_armed())
        return 0;
    if (given[0] == '/' || !getcwd(here, sizeof here))
        snprintf(path, sizeof path, "%s", given);
    else
        snprintf(path, sizeof path, "%s/%s", here, given);
    return fails_at(call, path);
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

#define ON_FILE(result, name, parameters, file, arguments)  \
    result name parameters {                                \
        static __typeof__(&name) real;                      \
        if (fails(#name, file))                             \
            return -1;                                      \
        if (!real)                                          \
            real = REAL(name);                              \
        return real arguments;                              \
    }

ON_FILE(ssize_t, write, (int f, const void *b, size_t n), f, (f, b, n))
ON_FILE(ssize_t, pwrite, (int f, const void *b, size_t n, off_t o), f, (f, b, n, o))
ON_FILE(ssize_t, pwrite64, (int f, const void *b, size_t n, off64_t o), f, (f, b, n, o))
ON_FILE(int, fsync, (int f), f, (f))
ON_FILE(int, fdatasync, (int f), f, (f))
ON_FILE(int, ftruncate, (int f, off_t n), f, (f, n))
ON_FILE(int, ftruncate64, (int f, off64_t n), f, (f, n))

int rename(const char *from, const char *to) {
    return fails_named("rename", to) ? -1 : REAL(rename)(from, to);
}

int mkdir(const char *path, mode_t mode_of_it) {
    return fails_named("mkdir", path) ? -1 : REAL(mkdir)(path, mode_of_it);
}
