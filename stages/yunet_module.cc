/* SPDX-License-Identifier: MIT */
/* The door to OpenCV, a module of its own. Every body catches everything. */
#include "yunet.h"
#include <math.h>
#include <algorithm>
#include <memory>
#include <vector>
#include <opencv2/core.hpp>
#include <opencv2/core/utils/logger.hpp>
#include <opencv2/dnn.hpp>

/* The file is the user's: its answers may be of any size. */
static bool fits(const std::vector<cv::Mat> &heads, cv::Size input)
{
    const size_t wide[] = {1, 1, 4, 10};
    bool fits = heads.size() == 12;
    for (size_t i = 0; fits && i < 12; i++) {
        size_t cells = (size_t)(input.area() >> 2 * (3 + i % 3)); /* its sides are multiples of 32 */
        fits = heads[i].type() == CV_32F && heads[i].isContinuous() && heads[i].total() == cells * wide[i / 3];
    }
    return fits;
}

struct Yu {
    cv::Rect2d box;
    double angle, score;
};

/* YuNet's heads at one stride: published layout, anchor-free; see models/README.md. */
static void read_stride(const std::vector<cv::Mat> &heads, size_t at, cv::Size input, std::vector<Yu> *out)
{
    const int stride = 8 << at, columns = input.width / stride;
    const float *cls = heads[at].ptr<float>(), *obj = heads[at + 3].ptr<float>();
    const float *box = heads[at + 6].ptr<float>(), *kps = heads[at + 9].ptr<float>();
    for (int i = 0; i < (int)heads[at].total(); i++) {
        double score = sqrt(std::max(0.0f, std::min(1.0f, cls[i])) *
                            std::max(0.0f, std::min(1.0f, obj[i])));
        if (!(score >= 0.6))
            continue;
        int column = i % columns, row = i / columns;
        const float *b = box + 4 * i, *k = kps + 10 * i;
        double w = exp(b[2]) * stride, h = exp(b[3]) * stride;
        double x = (column + b[0]) * stride, y = (row + b[1]) * stride;
        /* the first two points are the eyes, right eye of the person first: smaller x in the picture */
        double angle = atan2((k[3] - k[1]) * stride, (k[2] - k[0]) * stride);
        const double most = 4.0 * std::max(input.width, input.height);
        if (w < most && h < most && fabs(x) < most && fabs(y) < most && std::isfinite(angle)) /* no NaN either */
            out->push_back({cv::Rect2d(x - w / 2, y - h / 2, w, h), angle, score});
    }
}

static int find(cv::dnn::Net *net, const cv::Mat &bgr, YunetFace *out, int most)
{
    static const std::vector<cv::String> NAMES = {"cls_8",  "cls_16",  "cls_32",  "obj_8",
                                                  "obj_16", "obj_32",  "bbox_8",  "bbox_16",
                                                  "bbox_32", "kps_8",  "kps_16",  "kps_32"};
    std::vector<cv::Mat> heads;
    std::vector<Yu> found;
    net->setInput(cv::dnn::blobFromImage(bgr));
    net->forward(heads, NAMES);
    CV_Assert(fits(heads, bgr.size()));
    for (size_t i = 0; i < 3; i++)
        read_stride(heads, i, bgr.size(), &found);
    std::vector<cv::Rect2d> boxes;
    std::vector<float> scores;
    for (const Yu &face : found) {
        boxes.push_back(face.box);
        scores.push_back((float)face.score);
    }
    std::vector<int> kept;
    cv::dnn::NMSBoxes(boxes, scores, 0.6f, 0.3f, kept);
    int count = 0;
    for (int i : kept) {
        const Yu &face = found[(size_t)i];
        if (count < most)
            out[count++] = {face.box.x, face.box.y, face.box.width, face.box.height, face.angle, face.score};
    }
    return count;
}

static void *door_open(const char *path)
{
    try {
        cv::setNumThreads(0);
        cv::utils::logging::setLogLevel(cv::utils::logging::LOG_LEVEL_SILENT);
        auto net = std::make_unique<cv::dnn::Net>(cv::dnn::readNetFromONNX(path));
        return net->empty() ? nullptr : net.release();
    } catch (...) {
        return nullptr;
    }
}

static void door_close(void *net)
{
    delete static_cast<cv::dnn::Net *>(net);
}

static int door_find(void *net, const uint8_t *bgr, const int size[2], YunetFace *out, int most)
{
    try {
        const cv::Mat picture(size[1], size[0], CV_8UC3, const_cast<uint8_t *>(bgr));
        return find(static_cast<cv::dnn::Net *>(net), picture, out, most);
    } catch (...) {
        return -1;
    }
}

extern "C" __attribute__((visibility("default"))) const YunetDoor yunet_door;
const YunetDoor yunet_door = {door_open, door_close, door_find};
