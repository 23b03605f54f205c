/* SPDX-License-Identifier: MIT */
/* Soft argmax with second moments, some maps at once. exp() is the costly part: 68 maps of 1024 cells, so
 * it is done as 2^n times a polynomial. */
#include "heat.h"

#include <assert.h>
#include <math.h>
#include "processor.h"

enum { SIDE_MOST = 64, GROUP_MOST = 16 };

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
#define GROUP 16
#define GROUP_NAME(name) name##_16
#define GROUP_TARGET __attribute__((target("avx512f")))
#include "heat_group.h"
#endif

typedef struct Group { /* so many maps at once, and how */
    int count;
    void (*moments_of)(const NetMaps *maps, int channel, Moments *out);
} Group;

/* The widest that this processor has and that so many maps fill, or the narrowest that holds them. */
static Group group_for(int maps)
{
#ifdef __x86_64__
    if (maps > 8 && processor_has_avx512())
        return (Group){16, moments_of_16};
    if (maps > 4 && processor_has_avx2())
        return (Group){8, moments_of_8};
#else
    (void)maps;
#endif
    return (Group){4, moments_of_4};
}

void heat_points(const NetMaps *maps, HeatPoint *out)
{
    assert(maps->width >= 1 && maps->width <= SIDE_MOST && maps->height >= 1 && maps->height <= SIDE_MOST);
    int group = 0;
    for (int first = 0; first < maps->channels; first += group) {
        Moments all[GROUP_MOST];
        const Group fit = group_for(maps->channels - first);
        group = fit.count;
        fit.moments_of(maps, first, all);
        for (int i = 0; i < group && first + i < maps->channels; i++) {
            double sum = all[i].sum, x = all[i].x / sum, y = all[i].y / sum;
            double variance = all[i].squares / sum - x * x - y * y;
            out[first + i] = (HeatPoint){{x + 0.5, y + 0.5}, sqrt(variance > 0 ? variance : 0)};
        }
    }
}
