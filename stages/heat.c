/* SPDX-License-Identifier: MIT */
/* Soft argmax with second moments, some maps at once. exp() is the costly part: 68 maps of 1024 cells, so
 * it is done as 2^n times a polynomial. */
#include "heat.h"

#include <assert.h>
#include <math.h>
#include "processor.h"

enum { SIDE_MOST = 64, GROUP_MOST = 8 };

typedef struct Moments { /* of the places' distance from the middle, in crops */
    float sum, x, y, squares;
} Moments;

#define GROUP 4
#define GROUP_NAME(name) name##_4
#define GROUP_TARGET
#include "heat_group.h"
#ifdef __x86_64__
#define GROUP 8
#define GROUP_NAME(name) name##_8
#define GROUP_TARGET __attribute__((target("avx2")))
#include "heat_group.h"
#endif

void heat_points(const NetMaps *maps, HeatPoint *out)
{
    assert(maps->width >= 1 && maps->width <= SIDE_MOST && maps->height >= 1 && maps->height <= SIDE_MOST);
    void (*moments_of)(const NetMaps *maps, int channel, Moments *out) = moments_of_4;
    int group = 4;
#ifdef __x86_64__
    if (processor_has_avx2()) {
        moments_of = moments_of_8;
        group = 8;
    }
#endif
    for (int first = 0; first < maps->channels; first += group) {
        Moments all[GROUP_MOST];
        moments_of(maps, first, all);
        for (int i = 0; i < group && first + i < maps->channels; i++) {
            double sum = all[i].sum, x = all[i].x / sum, y = all[i].y / sum;
            double variance = all[i].squares / sum - x * x - y * y;
            out[first + i] = (HeatPoint){{x + 0.5, y + 0.5}, sqrt(variance > 0 ? variance : 0)};
        }
    }
}
