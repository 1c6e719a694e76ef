/*
 * support/test.h: what every test includes: cmocka with the headers it wants, a seed that can be
 * repeated, folders for files, and checks that show the error.
 */
#ifndef WY_SUPPORT_TEST_H
#define WY_SUPPORT_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <wenyuan/types.h>

#define WY_TEST_SKIPPED 77 /* the exit code that ctest shows as skipped */

/* The seed of this run: WY_SEED of the environment, or always the same. Printed at the first
 * call, so that a failure can be repeated. */
uint64_t wy_test_seed(void);

/* How often to do what is usually done `usual` times: WY_ROUNDS of the environment is a factor, such
 * as 20 or 0.2. At least 1. */
size_t wy_test_rounds(size_t usual);

/* splitmix64 (Steele, Lea, Flood 2014). A different `stream` gives other numbers from one seed. */
typedef struct wy_test_random {
    uint64_t state;
} wy_test_random;

wy_test_random wy_test_random_of(uint64_t stream);
uint64_t wy_test_next(wy_test_random *random);
uint64_t wy_test_below(wy_test_random *random, uint64_t limit); /* 0 to limit - 1; 0 for limit 0 */
void wy_test_fill(wy_test_random *random, void *out, size_t length);

/* malloc and friends that end the test program where memory is out. Given back with free. */
void *wy_test_alloc(size_t size);
void *wy_test_realloc(void *block, size_t size);
char *wy_test_copy(const char *text);

/* printf into new memory. */
char *wy_test_format(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* A new empty folder under TMPDIR (or /tmp). remove takes it away with all that is in it and
 * frees the name; what a failed test leaves goes at the end of the program. A child of fork must
 * end with _exit. One thread makes and removes folders. */
char *wy_test_folder_make(void);
void wy_test_folder_remove(char *folder);

/* A whole file, with a NUL behind it that `length` (may be NULL) does not count. NULL where there
 * is no such file. */
char *wy_test_file_read(const char *path, size_t *length);
void wy_test_file_write(const char *path, const void *data, size_t length);

/* Ends the program where the condition does not hold: an assert that is there in every build. */
#define wy_test_must(condition)                                                                    \
    ((condition) ? (void)0 : wy_test_broken(#condition, __FILE__, __LINE__))
_Noreturn void wy_test_broken(const char *condition, const char *file, int line);

/* Says why and ends the program as skipped. */
_Noreturn void wy_test_skip(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The test fails, showing *error (which may be NULL), where `status` is not `wanted`. */
void wy_test_status(int wanted, int status, const wy_error *error, const char *expression,
                    const char *file, int line);

#define assert_status(wanted, status, error)                                                       \
    wy_test_status((wanted), (status), (error), #status, __FILE__, __LINE__)
#define assert_ok(status, error) assert_status(WY_OK, status, error)

#endif
