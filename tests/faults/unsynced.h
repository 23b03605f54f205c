/* SPDX-License-Identifier: MIT */
/* What a power cut may take: bytes that were written and not fsynced, and renames whose folder was not. */
#ifndef UNSYNCED_H
#define UNSYNCED_H

/* In a sixth argument it lets a system call through the filter of inject.c. */
#define MAGIC 0x68656164726f6f6dL

/* Not from two threads at once. A descriptor of something else than a file or a folder is ignored. */
void unsynced_write(int fd);                           /* before a call that writes */
void unsynced_truncate(int fd);                        /* after it was cut */
void unsynced_sync(int fd);                            /* after an fsync: what is in the file or folder is safe */
void unsynced_sync_all(void);                          /* after a syncfs: everything that was written is safe, names as well */
void unsynced_rename(const char *from, const char *to); /* before it; absolute paths */

/* Cuts files to what is safe, then undoes the renames, the last one first: the old name holds the file
 * again, and what the new one held before is back. Returns how many. */
int unsynced_lose(void);

#endif
