/* SPDX-License-Identifier: MIT */
/* What damage does to a JPEG with restart markers: it ends at the next one, wherever in a row of MCUs that is. */
#ifndef SEAM_ISLANDS_H
#define SEAM_ISLANDS_H

#include "seams.h"

/* Restart intervals, of a row of MCUs at most, of which all MCUs, or all from some one on, are from elsewhere. An edge of an MCU has
 * the binary logarithm of how many times more it steps than lines up to half an MCU beside it and one least step, 2 at most. The left
 * and the right end of these MCUs have 1 at least; with them, the lesser of each one's upper and lower edge, twice, makes 6 (as many as
 * MCUs are in an interval, up to 10); and the MCUs before and behind them step neither at their upper nor at their lower edge, as where a
 * caption or a frame goes on. Only where MCUs are
 * 16 pixels wide and high, as edges of 8 pixels at low quality step too often; not whole rows, and none in the first and the last row of MCUs, whose edges nobody knows. `least`: of
 * luma, of blue and of red against luma. Ours. */
int seam_islands_count(const Picture *stored, SeamGrid grid, const float least[3]);

#endif
