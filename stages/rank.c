/* SPDX-License-Identifier: MIT */
/* Hoare's selection: of the two parts a pivot makes, only the one that holds the index is looked at
 * again. Scans stop at equal values, so a picture of one colour is split in the middle, too. */
#include "rank.h"

static void exchange(double *values, int a, int b)
{
    double value = values[a];
    values[a] = values[b];
    values[b] = value;
}

/* Least, middle and largest of three go to their places: the pivot, and a stop at both ends. */
static double middle_of_three(double *values, int low, int high)
{
    int middle = low + (high - low) / 2;
    if (values[middle] < values[low])
        exchange(values, middle, low);
    if (values[high] < values[low])
        exchange(values, high, low);
    if (values[high] < values[middle])
        exchange(values, high, middle);
    return values[middle];
}

double rank_value(double *values, int count, int index)
{
    int low = 0, high = count - 1;
    while (low < high) {
        double pivot = middle_of_three(values, low, high);
        int i = low, j = high;
        while (i <= j) {
            while (values[i] < pivot)
                i++;
            while (values[j] > pivot)
                j--;
            if (i <= j)
                exchange(values, i++, j--);
        }
        if (index <= j)
            high = j;
        else if (index >= i)
            low = i;
        else
            break; /* between the parts: equal to the pivot */
    }
    return values[index];
}
