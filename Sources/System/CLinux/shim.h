#ifndef FRONTDESK_CLINUX_H
#define FRONTDESK_CLINUX_H

// What glibc has beyond POSIX and hides from Swift, because the Glibc module is built without
// _GNU_SOURCE. Declared here as in the manual pages.

#include <spawn.h>

int posix_spawn_file_actions_addchdir_np(posix_spawn_file_actions_t *actions, const char *path);
int posix_spawn_file_actions_addclosefrom_np(posix_spawn_file_actions_t *actions, int from);
int pipe2(int ends[2], int flags);

#endif
