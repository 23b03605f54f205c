/* SPDX-License-Identifier: MIT */
/* Part of heat.c, once for each width of vectors: GROUP maps are read at once by GROUP_NAME(moments_of), compiled for
 * GROUP_TARGET. Every lane computes the same as every other width. */

typedef float GROUP_NAME(Floats) __attribute__((vector_size(GROUP * sizeof(float)), may_alias, aligned(4)));
typedef int32_t GROUP_NAME(Ints) __attribute__((vector_size(GROUP * sizeof(int32_t)), may_alias, aligned(4)));
#define FLOATS GROUP_NAME(Floats)
#define INTS GROUP_NAME(Ints)

GROUP_TARGET static inline FLOATS GROUP_NAME(larger)(FLOATS a, FLOATS b)
{
    INTS which = a > b;
    return (FLOATS)((which & (INTS)a) | (~which & (INTS)b));
}

/* e^x for x in -80..0, error below 3e-6 of the value. The fraction of x / ln 2 goes through a Taylor
 * polynomial of 2^f, the whole part becomes the exponent of the float. */
GROUP_TARGET static inline FLOATS GROUP_NAME(exp_of)(FLOATS x)
{
    FLOATS t = x * 1.44269504f - 0.5f;
    INTS whole = __builtin_convertvector(t, INTS); /* towards zero: x <= 0, so x / ln 2 to the nearest */
    FLOATS f = (t + 0.5f - __builtin_convertvector(whole, FLOATS)) * 0.69314718f;
    FLOATS p = 1 + f * (1 + f * (0.5f + f * (0.16666667f + f * (0.041666667f + f * 0.008333333f))));
    return p * (FLOATS)((whole + 127) << 23);
}

GROUP_TARGET static void GROUP_NAME(moments_of)(const NetMaps *maps, int channel, Moments out[GROUP])
{
    const float *at = maps->at + channel;
    const FLOATS least = (FLOATS){0} - 80;
    FLOATS most = *(const FLOATS *)at, sum = {0}, sum_x = {0}, sum_y = {0}, squares = {0};
    for (int y = 0; y < maps->height; y++)
        for (int x = 0; x < maps->width; x++)
            most = GROUP_NAME(larger)(most, *(const FLOATS *)(at + y * maps->row + x * maps->pixel));
    for (int y = 0; y < maps->height; y++) {
        FLOATS row = {0}, row_x = {0}, row_xx = {0};
        float cy = ((float)y + 0.5f) / (float)maps->height - 0.5f;
        for (int x = 0; x < maps->width; x++) {
            FLOATS below = *(const FLOATS *)(at + y * maps->row + x * maps->pixel) - most;
            FLOATS weight = GROUP_NAME(exp_of)(GROUP_NAME(larger)(below, least));
            float cx = ((float)x + 0.5f) / (float)maps->width - 0.5f;
            row += weight;
            row_x += weight * cx;
            row_xx += weight * cx * cx;
        }
        sum += row;
        sum_x += row_x;
        sum_y += row * cy;
        squares += row_xx + row * cy * cy;
    }
    for (int i = 0; i < GROUP; i++)
        out[i] = (Moments){sum[i], sum_x[i], sum_y[i], squares[i]};
}

#undef FLOATS
#undef INTS
#undef GROUP
#undef GROUP_NAME
#undef GROUP_TARGET
