/* SPDX-License-Identifier: MIT */
/* Every tensor has a border of one pixel, zero where a kernel reaches so far: none asks where the picture ends. */
#include "net_layers.h"

#include <assert.h>
#include <string.h>

/* Where the slots lie for one size of input. */
typedef struct Plan {
    size_t at[NET_SLOTS_MOST], work, floats; /* offsets, what convolutions by patches work with; all of them */
} Plan;

static size_t tensor_floats(int width, int height, int pixel)
{
    return ((size_t)width + 2) * ((size_t)height + 2) * (size_t)pixel;
}

static Plan plan(const Net *net, int width, int height)
{
    assert(width > 0 && height > 0 && width <= NET_SIDE_MOST && height <= NET_SIDE_MOST);
    assert(width % NET_SIDE_MULTIPLE == 0 && height % NET_SIDE_MULTIPLE == 0);
    size_t need[NET_SLOTS_MOST] = {tensor_floats(width, height, NET_INPUT_PIXEL)}, work = 0;
    for (int i = 0; i < net->layer_count; i++) {
        const NetLayer *layer = &net->layers[i];
        size_t floats = tensor_floats(width >> layer->out_shift, height >> layer->out_shift,
                                      net_pixel(layer->channels_out));
        if (need[layer->out] < floats)
            need[layer->out] = floats;
        size_t patches = layer->patch ? net_work_floats(layer->patch, layer->in_pixel, net_pixel(layer->channels_out))
                                      : 0;
        work = work > patches ? work : patches;
    }
    Plan slots = {0};
    for (int i = 0; i < net->slot_count; i++) {
        slots.at[i] = slots.floats;
        slots.floats += (need[i] + NET_BLOCK - 1) / NET_BLOCK * NET_BLOCK;
    }
    slots.work = slots.floats;
    slots.floats += work;
    return slots;
}

/* The tensor whose border begins at `first`. */
static NetMaps maps_at(float *first, int width, int height, int channels, int pixel)
{
    int row = (width + 2) * pixel;
    return (NetMaps){first + row + pixel, width, height, channels, pixel, row};
}

/* The last pixel of a row's border stands before the first one of the next row's. */
static void clear_border(const NetMaps *maps)
{
    float *top = maps->at - maps->row - maps->pixel, *end = maps->at + maps->width * maps->pixel;
    const size_t row_bytes = (size_t)maps->row * sizeof(float), pixel_bytes = (size_t)maps->pixel * sizeof(float);
    memset(top, 0, row_bytes + pixel_bytes);
    for (int y = 0; y < maps->height; y++)
        memset(end + y * maps->row, 0, 2 * pixel_bytes);
    memset(top + (size_t)(maps->height + 1) * (size_t)maps->row, 0, row_bytes);
}

int net_outputs(const Net *net)
{
    return net->layers[net->layer_count - 1].channels_out;
}

int net_shrinks(const Net *net)
{
    return net->layers[net->layer_count - 1].out_shift;
}

size_t net_scratch_bytes(const Net *net, int width, int height)
{
    return plan(net, width, height).floats * sizeof(float);
}

NetMaps net_input(const Net *net, int width, int height, void *scratch)
{
    Plan slots = plan(net, width, height);
    NetMaps input = maps_at((float *)scratch + slots.at[0], width, height, net->layers[0].channels_in,
                            NET_INPUT_PIXEL);
    clear_border(&input);
    return input;
}

static NetMaps tensor(const NetMaps *input, float *first, int shift, int channels)
{
    return maps_at(first, input->width >> shift, input->height >> shift, channels, net_pixel(channels));
}

NetMaps net_run(const Net *net, const NetKernels *kernels, const NetMaps *input, void *scratch)
{
    const Plan slots = plan(net, input->width, input->height);
    float *base = scratch;
    NetMaps out = {0};
    for (int i = 0; i < net->layer_count; i++) {
        const NetLayer *layer = &net->layers[i];
        NetMaps in = layer->in == 0 ? *input
                                    : tensor(input, base + slots.at[layer->in], layer->in_shift,
                                             layer->channels_in);
        out = tensor(input, base + slots.at[layer->out], layer->out_shift, layer->channels_out);
        if (layer->bordered)
            clear_border(&out);
        NetConv job = {.in = in.at - (layer->side == 3 ? in.row + in.pixel : 0),
                       .in_pixel = in.pixel,
                       .in_row = in.row,
                       .weights = layer->weights,
                       .bias = layer->bias,
                       .out = out.at,
                       .out_pixel = out.pixel,
                       .out_row = out.row,
                       .width = out.width,
                       .height = out.height,
                       .channels_in = layer->channels_in,
                       .channels_out = layer->channels_out,
                       .side = layer->side,
                       .stride = layer->stride,
                       .patch = layer->patch,
                       .work = base + slots.work,
                       .add_mode = layer->add_mode,
                       .relu = layer->relu};
        if (layer->add >= 0) {
            NetMaps add = tensor(input, base + slots.at[layer->add], layer->add_shift, layer->channels_out);
            job.add = add.at;
            job.add_pixel = add.pixel;
            job.add_row = add.row;
        }
        (layer->depthwise ? kernels->depthwise : layer->patch ? kernels->patched : kernels->dense)(&job);
    }
    return out;
}
