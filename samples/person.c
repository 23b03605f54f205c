/* SPDX-License-Identifier: MIT */
/* Identity numbers by a walk that visits every (region, birth day, sequence) once before it
 * repeats. */
#include "person.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

// clang-format off
static const char *const regions[] = {
    "110105", "120101", "130102", "140105", "150102", "210102", "220102", "230103", "310104",
    "320102", "330106", "340103", "350102", "360102", "370102", "410102", "420106", "430102",
    "440106", "450103", "460106", "500103", "510104", "520102", "530102", "610103", "620102",
    "630102", "640104", "650102",
};
// clang-format on
enum { REGIONS = sizeof regions / sizeof *regions, DAYS = 3652, SEQUENCES = 999 };

static char check_digit(const char *seventeen)
{
    static const int weight[17] = {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
    int sum = 0;
    for (int i = 0; i < 17; i++)
        sum += weight[i] * (seventeen[i] - '0');
    return "10X98765432"[sum % 11];
}

void person_number(uint64_t seed, int index, char out[19])
{
    const uint64_t all = (uint64_t)REGIONS * DAYS * SEQUENCES;
    Rng rng = rng_stream(seed, 0, 99);
    uint64_t k = (rng_next(&rng) % all + (uint64_t)index * 70368743u) % all; /* no common factor */
    time_t birth = 757382400 + (time_t)(k / SEQUENCES % DAYS) * 86400;       /* from 1994-01-01 */
    struct tm day;
    gmtime_r(&birth, &day);
    snprintf(out, 19, "%.6s%04u%02u%02u%03u", regions[k / SEQUENCES / DAYS],
             (unsigned)(day.tm_year + 1900) % 10000u, (unsigned)(day.tm_mon + 1) % 100u,
             (unsigned)day.tm_mday % 100u, (unsigned)(k % SEQUENCES + 1) % 1000u);
    out[17] = check_digit(out);
    out[18] = 0;
}

void person_name(const Order *order, Shot *shot, Rng *rng)
{
    static const char *const names[] = {"张三", "李四", "王五", "赵六", "欧阳娜娜"};
    static const char *const styles[] = {"%s.jpg",     "%s.JPG",        "%s.jpeg",
                                         "%s (1).jpg", "%2$s_%1$s.jpg", "机电-%2$s-%1$s.jpg",
                                         "%s_5.jpg"};
    char *name = shot->name[0], other[19];
    size_t size = sizeof shot->name[0];
    person_number(order->seed, shot->index, shot->id);
    person_number(order->seed ^ 0x5A5A, shot->index, other);
    int plain = order->corpus || order->received || rng_unit(rng) < 0.8;
    int style = plain ? rng_int(rng, 0, 1) : rng_int(rng, 2, 6);
    const char *who = names[rng_int(rng, 0, 4)];
    switch ((int)shot->fault) {
    case FAULT_bad_check_digit:
        shot->id[17] = shot->id[17] == '4' ? '7' : '4';
        snprintf(name, size, "%s.jpg", shot->id);
        break;
    case FAULT_no_number:
        snprintf(name, size, "IMG_%04d %s.jpg", shot->index % 10000, who);
        break;
    case FAULT_two_numbers:
        snprintf(name, size, "%s_%s.jpg", shot->id, other);
        break;
    case FAULT_duplicate:
        snprintf(name, size, "%s.jpg", shot->id);
        snprintf(shot->name[1], size, "%s - 副本.jpg", shot->id);
        break;
    default:
        snprintf(name, size, styles[style], shot->id, who); /* not every style uses both */
    }
}
