/* SPDX-License-Identifier: MIT */
#include "suggest.h"
#include <stddef.h>
#include <string.h>

enum { WORD_MAX = 40 };

static int least(int a, int b)
{
    return a < b ? a : b;
}

/* Optimal string alignment: insert, delete, replace, swap of neighbours. Both at most WORD_MAX. */
static int edit_distance(const char *a, size_t a_len, const char *b, size_t b_len)
{
    int cost[WORD_MAX + 1][WORD_MAX + 1];
    for (size_t j = 0; j <= b_len; j++)
        cost[0][j] = (int)j;
    for (size_t i = 1; i <= a_len; i++) {
        cost[i][0] = (int)i;
        for (size_t j = 1; j <= b_len; j++) {
            int replace = cost[i - 1][j - 1] + (a[i - 1] != b[j - 1]);
            cost[i][j] = least(replace, least(cost[i - 1][j], cost[i][j - 1]) + 1);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                cost[i][j] = least(cost[i][j], cost[i - 2][j - 2] + 1);
        }
    }
    return cost[a_len][b_len];
}

void suggest_offer(Suggestion *suggestion, const char *candidate)
{
    size_t wanted = strlen(suggestion->wanted), offered = strlen(candidate);
    if (wanted == 0 || wanted > WORD_MAX || offered > WORD_MAX)
        return;
    int distance = edit_distance(suggestion->wanted, wanted, candidate, offered);
    int allowed = offered < 6 ? 1 : (int)offered / 3;
    if (distance > allowed || (suggestion->best && distance >= suggestion->distance))
        return;
    suggestion->best = candidate;
    suggestion->distance = distance;
}
