/* SPDX-License-Identifier: MIT */
/* The door to OpenCV. Every body catches everything: an exception becomes an Err. */
#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <algorithm>
#include <memory>
#include <string>
#include <vector>
#include <opencv2/core.hpp>
#include <opencv2/core/utils/logger.hpp>
#include <opencv2/dnn.hpp>
#include <opencv2/imgproc.hpp>
#include "faces.h"

extern "C" {
#include "heat.h"
}

struct FaceFinder {
    bool yunet;
    cv::dnn::Net detector, points, eye;
};

/* HEADROOM_MODELS, the source folder, or share/headroom/models beside an installed program. */
static Err load_net(Arena *arena, const char *name, cv::dnn::Net *out)
{
    const char *asked = getenv("HEADROOM_MODELS");
    std::string tried;
    for (const std::string &folder : {std::string(asked ? asked : ""), std::string(SOURCE_DIR "/models"),
                                      std::string(INSTALLED_MODELS)}) {
        if (folder.empty())
            continue;
        tried = folder + "/face/" + name;
        try {
            *out = cv::dnn::readNetFromONNX(tried);
            return OK;
        } catch (...) { /* the next folder may have it */
        }
    }
    return fail(arena, ERR_MODEL, "cannot load network '%s'", tried.c_str());
}

static Err open_all(Arena *arena, const char *detector, FaceFinder *finder)
{
    finder->yunet = detector != nullptr;
    if (detector) {
        finder->detector = cv::dnn::readNetFromONNX(detector);
        if (finder->detector.empty())
            return fail(arena, ERR_MODEL, "cannot load detector '%s'", detector);
    } else {
        TRY(load_net(arena, "face_finder.onnx", &finder->detector));
    }
    TRY(load_net(arena, "face_points.onnx", &finder->points));
    return load_net(arena, "eye_points.onnx", &finder->eye);
}

Err faces_open(Arena *arena, const char *detector, FaceFinder **out)
{
    *out = nullptr;
    try {
        cv::setNumThreads(0);
        cv::utils::logging::setLogLevel(cv::utils::logging::LOG_LEVEL_SILENT);
        auto finder = std::make_unique<FaceFinder>(); /* loading throws, too */
        TRY(open_all(arena, detector, finder.get()));
        *out = finder.release();
        return OK;
    } catch (...) {
        return fail(arena, ERR_MODEL, "cannot load detector '%s'", detector ? detector : "face_finder.onnx");
    }
}

void faces_close(FaceFinder *finder)
{
    delete finder;
}

static cv::Mat view_of(const Picture *picture)
{
    return cv::Mat(picture->height_px, picture->width_px, CV_8UC3, picture->rgb);
}

/* Longest side to at most `longest`; *scale = picture pixels per result pixel. */
static cv::Mat reduce(const cv::Mat &image, int longest, double *scale)
{
    int side = std::max(image.cols, image.rows);
    if (side <= longest) {
        *scale = 1;
        return image;
    }
    *scale = (double)side / longest;
    cv::Mat out;
    cv::resize(image, out, cv::Size(std::max(1, cvRound(image.cols / *scale)),
                                    std::max(1, cvRound(image.rows / *scale))),
               0, 0, cv::INTER_AREA);
    return out;
}

static void add(FaceList *out, const FaceCandidate &face)
{
    int at = out->count; /* largest first */
    while (at > 0 && out->list[at - 1].face.side < face.face.side)
        at--;
    if (at >= CANDIDATE_MAX)
        return;
    int last = std::min(out->count, (int)CANDIDATE_MAX - 1);
    memmove(&out->list[at + 1], &out->list[at], sizeof(FaceCandidate) * (size_t)(last - at));
    out->list[at] = face;
    out->count = last + 1;
}

/* A picture that was hardly lit is looked at as if it had been: the networks saw few so dark. What is
 * measured of light is measured elsewhere, on the picture as it is. */
static void brighten(cv::Mat *image)
{
    enum { DIM = 110, LIT = 190, GAIN_MOST = 8 };
    int histogram[256] = {0}, level = 255;
    size_t seen = 0, bytes = image->total() * 3;
    for (int y = 0; y < image->rows; y++) {
        const uint8_t *row = image->ptr(y);
        for (int x = 0; x < image->cols * 3; x++)
            histogram[row[x]]++;
    }
    while (level > 0 && (seen += (size_t)histogram[level]) * 50 < bytes)
        level--;
    if (level < DIM) { /* out of place: the image may be a view of the photo itself */
        cv::Mat lit;
        image->convertTo(lit, -1, std::min((double)GAIN_MOST, (double)LIT / std::max(level, 1)));
        *image = lit;
    }
}

/* `image` reduced and padded to whole multiples of 32, as the detectors want it. */
static cv::Mat prepare(const cv::Mat &image, int longest, int fill, double *scale, cv::Size *used)
{
    cv::Mat out, small = reduce(image, longest, scale);
    brighten(&small);
    int width = (small.cols + 31) / 32 * 32, height = (small.rows + 31) / 32 * 32;
    *used = small.size();
    cv::copyMakeBorder(small, out, 0, height - small.rows, 0, width - small.cols,
                       cv::BORDER_CONSTANT, cv::Scalar::all(fill));
    return out;
}

/* ---- our own finder: a map of face centres at a quarter of the input; models/face/README.md ---- */

enum { FINDER_STRIDE = 4, FINDER_CHANNELS = 10 };

static bool is_peak(const cv::Mat &score, int x, int y)
{
    for (int v = std::max(0, y - 1); v <= std::min(score.rows - 1, y + 1); v++)
        for (int u = std::max(0, x - 1); u <= std::min(score.cols - 1, x + 1); u++)
            if (score.at<float>(v, u) > score.at<float>(y, x))
                return false;
    return true;
}

/* One cell's answer: log(size / 32), then eyes, mouth and centre as offsets in sizes. */
static FaceCandidate finder_face(const float *cell, size_t plane, int x, int y, double scale)
{
    const double UNIT = 32, score = 1 / (1 + exp(-cell[0]));
    double size = UNIT * exp(std::min(3.0f, cell[plane]));
    Point at[4];
    for (int k = 0; k < 4; k++) { /* pixel centres: cell c covers pixels c * 4 .. c * 4 + 3 */
        double px = (x + 0.5) * FINDER_STRIDE + cell[(size_t)(2 + 2 * k) * plane] * size;
        double py = (y + 0.5) * FINDER_STRIDE + cell[(size_t)(3 + 2 * k) * plane] * size;
        at[k] = {(px + 0.5) * scale - 0.5, (py + 0.5) * scale - 0.5};
    }
    FaceCandidate face = {};
    face.face.centre = at[3];
    face.face.side = size * scale;
    face.face.angle = atan2(at[1].y - at[0].y, at[1].x - at[0].x);
    face.score = score;
    return face;
}

static void find_own(FaceFinder *finder, const cv::Mat &image, int longest, FaceList *out)
{
    const double LEAST = 0.3; /* the caller asks more of it */
    const float least = (float)log(LEAST / (1 - LEAST)), half = 0.5f;
    double scale = 1;
    cv::Size used;
    cv::Mat in = prepare(image, longest, 127, &scale, &used);
    finder->detector.setInput(
        cv::dnn::blobFromImage(in, 1 / 127.5, in.size(), cv::Scalar::all(127.5)));
    cv::Mat answer = finder->detector.forward();
    CV_Assert(answer.dims == 4 && answer.size[1] == FINDER_CHANNELS);
    int rows = answer.size[2], columns = answer.size[3];
    size_t plane = (size_t)rows * (size_t)columns;
    const float *cells = answer.ptr<float>();
    cv::Mat score(rows, columns, CV_32F, answer.ptr<float>());
    std::vector<FaceCandidate> found;
    for (int y = 0; y < std::min(rows, (used.height + 3) / 4); y++)
        for (int x = 0; x < std::min(columns, (used.width + 3) / 4); x++)
            if (score.at<float>(y, x) >= least && is_peak(score, x, y))
                found.push_back(finder_face(cells + y * columns + x, plane, x, y, scale));
    std::stable_sort(found.begin(), found.end(), [](const FaceCandidate &a, const FaceCandidate &b) {
        return a.score > b.score;
    });
    std::vector<FaceCandidate> kept;
    for (const FaceCandidate &face : found) {
        bool apart = true;
        for (const FaceCandidate &other : kept)
            apart &= hypot(face.face.centre.x - other.face.centre.x,
                           face.face.centre.y - other.face.centre.y) >
                     half * std::max(face.face.side, other.face.side);
        if (apart)
            kept.push_back(face);
    }
    for (const FaceCandidate &face : kept)
        add(out, face);
}

/* ---- YuNet, another's detector ---- */

/* The box's longer side to the face size and centre, measured on portraits: models/face/README.md. */
static FaceCandidate yunet_candidate(cv::Point2d middle, double longer, double angle, double score)
{
    const double size = 0.860, down = 0.057 * longer;
    FaceCandidate face = {};
    face.face.centre = {middle.x - down * sin(angle), middle.y + down * cos(angle)};
    face.face.side = size * longer;
    face.face.angle = angle;
    face.score = score;
    return face;
}

/* The file is the user's: its answers may be of any size. */
static bool yunet_fits(const std::vector<cv::Mat> &heads, cv::Size input)
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
static void yunet_stride(const std::vector<cv::Mat> &heads, size_t at, cv::Size input,
                         std::vector<Yu> *out)
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

static void find_yunet(FaceFinder *finder, const cv::Mat &image, int longest, FaceList *out)
{
    double scale = 1;
    cv::Size used;
    cv::Mat bgr = prepare(image, longest, 0, &scale, &used);
    cv::cvtColor(bgr, bgr, cv::COLOR_RGB2BGR);
    finder->detector.setInput(cv::dnn::blobFromImage(bgr));
    static const std::vector<cv::String> NAMES = {"cls_8",  "cls_16",  "cls_32",  "obj_8",
                                                  "obj_16", "obj_32",  "bbox_8",  "bbox_16",
                                                  "bbox_32", "kps_8",  "kps_16",  "kps_32"};
    std::vector<cv::Mat> heads;
    finder->detector.forward(heads, NAMES);
    CV_Assert(yunet_fits(heads, bgr.size()));
    std::vector<Yu> found;
    for (size_t i = 0; i < 3; i++)
        yunet_stride(heads, i, bgr.size(), &found);
    std::vector<cv::Rect2d> boxes;
    std::vector<float> scores;
    for (const Yu &face : found) {
        boxes.push_back(face.box);
        scores.push_back((float)face.score);
    }
    std::vector<int> kept;
    cv::dnn::NMSBoxes(boxes, scores, 0.6f, 0.3f, kept);
    for (int i : kept) {
        const Yu &face = found[(size_t)i];
        add(out, yunet_candidate({(face.box.x + face.box.width / 2) * scale,
                                  (face.box.y + face.box.height / 2) * scale},
                                 std::max(face.box.width, face.box.height) * scale, face.angle,
                                 face.score));
    }
}

Err faces_find(FaceFinder *finder, const Picture *picture, FaceSearch search, FaceList *out)
{
    out->count = 0;
    try {
        cv::Mat image = view_of(picture);
        if (finder->yunet)
            find_yunet(finder, image, search == SEARCH_FIRST ? 320 : 640, out);
        else
            find_own(finder, image, search == SEARCH_FIRST ? 160 : 320, out);
        return OK;
    } catch (...) {
        return (Err){ERR_MODEL, "the face finder failed"};
    }
}

/* The crop as a `size` x `size` RGB image; area-reduced first where it shrinks, so that it does not
 * alias. matrix: picture to crop, 2x3. */
static cv::Mat cut(const cv::Mat &image, FaceCrop crop, int size, cv::Matx23d *matrix)
{
    double c = cos(crop.angle) * size / crop.side, s = sin(crop.angle) * size / crop.side;
    *matrix = cv::Matx23d(c, s, size / 2.0 - c * crop.centre.x - s * crop.centre.y, -s, c,
                          size / 2.0 + s * crop.centre.x - c * crop.centre.y);
    double reach = crop.side * (fabs(cos(crop.angle)) + fabs(sin(crop.angle))) / 2 + 2;
    cv::Rect around(cv::Point((int)floor(crop.centre.x - reach), (int)floor(crop.centre.y - reach)),
                    cv::Point((int)ceil(crop.centre.x + reach), (int)ceil(crop.centre.y + reach)));
    around &= cv::Rect(0, 0, image.cols, image.rows);
    if (around.area() == 0)
        around = cv::Rect(0, 0, 1, 1);
    cv::Mat part = image(around), out;
    double fx = 1, fy = 1, shrink = size / crop.side;
    if (shrink < 0.7) {
        cv::Mat small;
        cv::Size target(std::max(1, cvRound(around.width * shrink * 1.4)),
                        std::max(1, cvRound(around.height * shrink * 1.4)));
        cv::resize(part, small, target, 0, 0, cv::INTER_AREA);
        fx = (double)around.width / target.width;
        fy = (double)around.height / target.height;
        part = small;
    }
    const cv::Matx23d &m = *matrix; /* part pixel p is picture (p + 0.5) * f - 0.5 + corner */
    double ox = around.x + fx / 2 - 0.5, oy = around.y + fy / 2 - 0.5;
    cv::Matx23d local(m(0, 0) * fx, m(0, 1) * fy, m(0, 2) + m(0, 0) * ox + m(0, 1) * oy,
                      m(1, 0) * fx, m(1, 1) * fy, m(1, 2) + m(1, 0) * ox + m(1, 1) * oy);
    cv::warpAffine(part, out, local, cv::Size(size, size), cv::INTER_LINEAR, cv::BORDER_REPLICATE);
    brighten(&out);
    return out;
}

/* The maps of `net` on the crop as points of the picture. */
static void forward(cv::dnn::Net *net, const cv::Mat &crop, const cv::Matx23d &m, int count,
                    SoftPoint *out)
{
    net->setInput(cv::dnn::blobFromImage(crop, 1 / 127.5, crop.size(), cv::Scalar::all(127.5)));
    cv::Mat answer = net->forward();
    CV_Assert(answer.dims == 4 && answer.size[1] == count && answer.size[2] == answer.size[3] &&
              answer.size[2] == crop.cols / 4);
    std::vector<HeatPoint> heat((size_t)count);
    heat_points(answer.ptr<float>(), count, answer.size[2], heat.data());
    double det = m(0, 0) * m(1, 1) - m(0, 1) * m(1, 0), pixels = crop.cols / sqrt(fabs(det));
    for (int i = 0; i < count; i++) {
        const HeatPoint &h = heat[(size_t)i];
        double x = h.at.x * crop.cols - m(0, 2), y = h.at.y * crop.rows - m(1, 2);
        out[i].at = {(m(1, 1) * x - m(0, 1) * y) / det, (m(0, 0) * y - m(1, 0) * x) / det};
        out[i].spread = h.spread * pixels;
    }
}

Err faces_points(FaceFinder *finder, const Picture *picture, FaceCrop crop, SoftPoint out[POINT_COUNT])
{
    try {
        cv::Matx23d matrix;
        cv::Mat image = cut(view_of(picture), crop, 128, &matrix);
        forward(&finder->points, image, matrix, POINT_COUNT, out);
        return OK;
    } catch (...) {
        return (Err){ERR_MODEL, "the face-point network failed"};
    }
}

Err faces_eye(FaceFinder *finder, const Picture *picture, FaceCrop crop, bool mirrored,
              SoftPoint out[EYE_POINT_COUNT])
{
    try {
        cv::Matx23d matrix;
        cv::Mat image = cut(view_of(picture), crop, 64, &matrix);
        if (mirrored) {
            cv::flip(image, image, 1);
            matrix = cv::Matx23d(-matrix(0, 0), -matrix(0, 1), image.cols - 1 - matrix(0, 2),
                                 matrix(1, 0), matrix(1, 1), matrix(1, 2));
        }
        forward(&finder->eye, image, matrix, EYE_POINT_COUNT, out);
        return OK;
    } catch (...) {
        return (Err){ERR_MODEL, "the eye-point network failed"};
    }
}
